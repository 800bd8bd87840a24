"""The application dossier (申报材料): all that is handed in, rendered from one snapshot that it is handed."""
