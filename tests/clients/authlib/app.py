"""A web app on Authlib and Flask. The name comes from the ID token."""
import os

from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session, url_for

app = Flask(__name__)
app.secret_key = "only for this test"

oauth = OAuth(app)
oauth.register(
    name="authplatform",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    server_metadata_url=os.environ["ISSUER"] + "/.well-known/openid-configuration",
    client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
)


@app.route("/")
def home():
    user = session.get("user")
    if user is None:
        return oauth.authplatform.authorize_redirect(url_for("callback", _external=True))
    return f"Hello {user.get('name')} ({user.get('email')})"


@app.route("/callback")
def callback():
    token = oauth.authplatform.authorize_access_token()
    session["user"] = token["userinfo"]
    return redirect("/")


app.run(host="localhost", port=int(os.environ["PORT"]))
