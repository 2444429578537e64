# A Sinatra app on omniauth-openid-connect, by which GitLab, Mastodon and Discourse sign people in. The name comes from userinfo.
require 'omniauth'
require 'omniauth_openid_connect'
require 'sinatra'

set :port, ENV.fetch('PORT')
set :bind, 'localhost'
set :server, :puma
enable :sessions

use OmniAuth::Builder do
  provider :openid_connect,
           issuer: ENV.fetch('ISSUER'),
           discovery: true,
           scope: %i[openid profile email],
           client_options: {
             identifier: ENV.fetch('CLIENT_ID'),
             secret: ENV.fetch('CLIENT_SECRET'),
             redirect_uri: "#{ENV.fetch('APP')}/auth/openid_connect/callback"
           }
end

get '/' do
  <<~HTML
    <form method="post" action="/auth/openid_connect">
      <input type="hidden" name="authenticity_token" value="#{Rack::Protection::AuthenticityToken.token(session)}">
      <button>Sign in</button>
    </form>
  HTML
end

get '/auth/openid_connect/callback' do
  person = env['omniauth.auth'].info
  "Hello #{person.name} (#{person.email})"
end

get '/auth/failure' do
  "Sign-in failed: #{params['message']}"
end
