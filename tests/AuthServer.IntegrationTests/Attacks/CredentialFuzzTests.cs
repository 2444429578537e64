using System.Text;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Attacks;

/// <summary>
/// Tokens changed in each of their parts, in headers, bodies and cookies, at every endpoint that takes one: each is refused, and none
/// answers 5xx.
/// </summary>
public sealed class CredentialFuzzTests(SqliteHost fixture) : IClassFixture<SqliteHost>
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(4);

    /// <summary>Seeds that once failed, and a few more; always replayed.</summary>
    private static readonly ulong[] Saved = [1, 2, 3, 4, 5, 6, 7, 8];

    [Fact]
    public async Task No_credential_answers_with_an_error_of_the_server()
    {
        var login = await new ApiCaller(fixture.Issuer).LoginAsync(Seed.Alice);
        string[] credentials = [login.AccessToken, login.RefreshToken, Convert.ToBase64String(Encoding.ASCII.GetBytes("web:secret"))];
        // The parts of a token that can be missing, which a draw may miss.
        var parts = login.AccessToken.Split('.');
        foreach (
            var text in new[] { $"{parts[0]}.{parts[1]}.", $"{parts[0]}..{parts[2]}", $".{parts[1]}.{parts[2]}", $"{parts[0]}.{parts[1]}",
                "..", ".", $"{login.AccessToken}.{parts[2]}", "" })
        {
            for (var target = 0; target < Targets; target++) await SendAsync(target, "Bearer ", text, $"\"{text}\"");
        }

        foreach (var seed in Saved) await AttemptAsync(seed, credentials);
        var began = TimeProvider.System.GetTimestamp();
        for (var seed = (ulong)began; TimeProvider.System.GetElapsedTime(began) < Budget; seed++) await AttemptAsync(seed, credentials);
    }

    private const int Targets = 10;

    private async Task AttemptAsync(ulong seed, string[] credentials)
    {
        var dice = new Dice(seed);
        var scheme = dice.Of("Bearer ", "Bearer ", "Bearer ", "bearer  ", "Basic ", "DPoP ", "Bearer", "", "Bearer,", "\"Bearer\" ");
        await SendAsync(dice.Below(Targets), scheme, Change(dice, dice.Of(credentials)), $"seed {seed}: save it with the test");
    }

    private async Task SendAsync(int target, string scheme, string text, string origin)
    {
        using var request = target switch
        {
            0 => Header(HttpMethod.Get, "/connect/userinfo"),
            1 => Header(HttpMethod.Post, "/connect/userinfo"),
            2 => Header(HttpMethod.Get, "/v1/users/me"),
            3 => Header(HttpMethod.Post, "/v1/auth/logout"),
            4 => Header(HttpMethod.Post, "/connect/token", ("grant_type", "client_credentials")),
            5 => Form("/connect/userinfo", ("access_token", text)),
            6 =>
                Form(
                    "/connect/introspect", ("token", text), ("client_id", "api"),
                        ("client_secret", Seed.ResourceServer(fixture.Issuer).Secret!)),
            7 => Form("/connect/revoke", ("token", text), ("client_id", "spa")),
            8 => Form("/connect/token", ("grant_type", "refresh_token"), ("refresh_token", text), ("client_id", "spa")),
            _ => Cookies(),
        };
        using var answer = await fixture.Issuer.Http.SendAsync(request);
        Assert.True(
            (int)answer.StatusCode < 500,
                $"{origin}: {(int)answer.StatusCode} {request.Method} {request.RequestUri} with \"{scheme}{text}\".");

        HttpRequestMessage Header(HttpMethod method, string path, params (string Name, string Value)[] form)
        {
            var message = new HttpRequestMessage(method, path);
            message.Headers.TryAddWithoutValidation("Authorization", scheme + text);
            if (form.Length > 0) message.Content = new FormUrlEncodedContent(form.Select(p => KeyValuePair.Create(p.Name, p.Value)));
            return message;
        }

        static HttpRequestMessage Form(string path, params (string Name, string Value)[] form) =>
            new(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form.Select(p => KeyValuePair.Create(p.Name, p.Value))) };

        HttpRequestMessage Cookies()
        {
            var message = new HttpRequestMessage(HttpMethod.Post, "/v1/auth/refresh");
            message.Headers.TryAddWithoutValidation(
                "Cookie",
                $"__Host-authplatform-session={text}; __Secure-authplatform-refresh={text}; " +
                $"authplatform-known={text}; __Host-authplatform-known={text}; authplatform-form={text}");
            message.Headers.Add("X-CSRF", "1");
            if (text.Length % 2 == 0) (message.Method, message.RequestUri) = (HttpMethod.Get, new Uri("/", UriKind.Relative));
            return message;
        }
    }

    private static string Change(Dice dice, string text)
    {
        var changed = new StringBuilder(text);
        for (var n = dice.Below(3) + 1; n > 0; n--)
        {
            var at = dice.Below(Math.Max(1, changed.Length));
            if (changed.Length == 0 || dice.Percent(30))
            {
                changed.Insert(
                    Math.Min(at, changed.Length), dice.Of(
                        ".", "..", "=", " ", "%00", "\u00ff", "A", "-", "%2E", ",", ";", "\"", dice.Word(dice.Below(40))));
            }
            else if (dice.Percent(40)) changed.Remove(at, Math.Min(dice.Of(1, 1, 2, 50, 10_000), changed.Length - at));
            else changed[at] = dice.Of('.', 'A', 'z', '_', '/', '+', ' ', '\u00e9', (char)(32 + dice.Below(95)));
        }

        return changed.ToString();
    }
}
