// A web app on passport-openidconnect. It sends no PKCE and asks for the endpoints one by one.
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import OpenIDConnectStrategy from 'passport-openidconnect'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, APP, PORT } = process.env

const endpoints = await (await fetch(`${ISSUER}/.well-known/openid-configuration`)).json()

passport.use(new OpenIDConnectStrategy({
  issuer: ISSUER,
  authorizationURL: endpoints.authorization_endpoint,
  tokenURL: endpoints.token_endpoint,
  userInfoURL: endpoints.userinfo_endpoint,
  clientID: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  callbackURL: `${APP}/callback`,
  scope: ['profile', 'email'],
}, (issuer, profile, done) => done(null, { name: profile.displayName, email: profile.emails?.[0].value })))
passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user, done) => done(null, user))

const app = express()
app.use(session({ secret: 'only for this test', resave: false, saveUninitialized: false }))
app.use(passport.authenticate('session'))

app.get('/', (req, res) => {
  if (!req.user) return res.redirect('/login')
  res.send(`Hello ${req.user.name} (${req.user.email})`)
})
app.get('/login', passport.authenticate('openidconnect'))
app.get('/callback', passport.authenticate('openidconnect', { successRedirect: '/', failureMessage: true }))

app.listen(PORT)
