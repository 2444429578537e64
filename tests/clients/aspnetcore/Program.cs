// A web app on ASP.NET Core's AddOpenIdConnect that calls an API on JwtBearer. The name comes from the ID token.
using System.Net.Http.Headers;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Authorization;

string Setting(string name) => Environment.GetEnvironmentVariable(name)!;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication(options =>
{
    options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
    options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
})
.AddCookie()
.AddOpenIdConnect(options =>
{
    options.Authority = Setting("ISSUER");
    options.ClientId = Setting("CLIENT_ID");
    options.ClientSecret = Setting("CLIENT_SECRET");
    options.ResponseType = "code";
    options.SaveTokens = true;
    options.Scope.Add("email");
    options.Scope.Add("aspnetcore:read");
})
.AddJwtBearer(options =>
{
    options.Authority = Setting("ISSUER");
    options.Audience = "https://api.aspnetcore.test";
});
builder.Services.AddAuthorization();
builder.Services.AddHttpClient();

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();

app.MapGet("/api", (ClaimsPrincipal user) => user.FindFirstValue(ClaimTypes.NameIdentifier))
    .RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = JwtBearerDefaults.AuthenticationScheme });

app.MapGet("/", async (HttpContext context, HttpClient http) =>
{
    http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await context.GetTokenAsync("access_token"));
    var answer = await http.GetAsync(Setting("APP") + "/api");
    if (!answer.IsSuccessStatusCode) return $"The API says {answer.StatusCode} {answer.Headers.WwwAuthenticate}";
    var (name, email) = (context.User.FindFirstValue("name"), context.User.FindFirstValue(ClaimTypes.Email));
    return $"Hello {name} ({email}), the API knows {await answer.Content.ReadAsStringAsync()}";
}).RequireAuthorization();

app.Run(Setting("APP"));
