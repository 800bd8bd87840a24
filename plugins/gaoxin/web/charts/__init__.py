"""Charts as inline SVG: numbers here, elements in templates/charts. No style attributes: colours are classes of app.css."""
