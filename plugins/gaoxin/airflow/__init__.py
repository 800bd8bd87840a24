"""The adapter to Apache Airflow: the only package that imports it."""
