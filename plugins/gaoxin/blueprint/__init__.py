"""The neutral graph of a campaign, which the Airflow adapter alone turns into DAGs."""
