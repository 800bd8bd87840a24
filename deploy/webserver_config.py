"""Login pages of the FAB auth manager: accounts in Airflow's own database, no self-registration.

To use the district's directory instead, set AUTH_TYPE = AUTH_LDAP and the AUTH_LDAP_* settings of Flask-AppBuilder here.
"""

from flask_appbuilder.const import AUTH_DB

AUTH_TYPE = AUTH_DB
AUTH_USER_REGISTRATION = False

WTF_CSRF_ENABLED = True
WTF_CSRF_TIME_LIMIT = None

# The login form. Token routes are slowed down by Gaoxin's own middleware.
AUTH_RATE_LIMITED = True
AUTH_RATE_LIMIT = "5 per 40 second"
# Login tries are counted in each api-server process: no further service is reachable from it, on purpose.
RATELIMIT_STORAGE_URI = "memory://"
