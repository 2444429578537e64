// A native app on Duende's OidcClient: public, with PKCE and a listener on loopback. The name comes from userinfo.
using Duende.IdentityModel.OidcClient;

string Setting(string name) => Environment.GetEnvironmentVariable(name)!;

var client = new OidcClient(new OidcClientOptions
{
    Authority = Setting("ISSUER"),
    ClientId = Setting("CLIENT_ID"),
    RedirectUri = Setting("APP") + "/callback",
    Scope = "openid profile email",
});
AuthorizeState? attempt = null;

var app = WebApplication.Create(args);

// An app with a window of its own opens StartUrl in the browser of the system.
app.MapGet("/", async () =>
{
    attempt = await client.PrepareLoginAsync();
    return attempt.IsError ? Results.Text(attempt.Error) : Results.Redirect(attempt.StartUrl);
});

app.MapGet("/callback", async (HttpRequest request) =>
{
    var result = await client.ProcessResponseAsync(request.QueryString.Value!, attempt!);
    return result.IsError
        ? $"{result.Error}: {result.ErrorDescription}"
        : $"Hello {result.User.FindFirst("name")?.Value} ({result.User.FindFirst("email")?.Value})";
});

app.Run(Setting("APP"));
