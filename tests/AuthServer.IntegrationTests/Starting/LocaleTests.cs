using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>The locale of the process changes nothing: dotless i, other calendars, other digits and signs.</summary>
public sealed partial class LocaleTests : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"data-{Guid.CreateVersion7():N}");
    private readonly string _address = ServerProcess.FreeAddress();

    public void Dispose()
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), Path.GetFileName(_data) + "*"))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Every_answer_is_the_same_in_every_locale()
    {
        var expected = await AnswersAsync("C.UTF-8");
        foreach (var locale in new[] { "tr_TR.UTF-8", "th_TH.UTF-8", "ar_SA.UTF-8", "fa_IR.UTF-8" })
        {
            Assert.Equal(expected, await AnswersAsync(locale));
        }
    }

    private async Task<string> AnswersAsync(string locale)
    {
        var data = $"{_data}-{locale}";
        (string, string)[] environment = [("AUTHSERVER_DATA", data), ("ASPNETCORE_URLS", _address), ("LANG", locale)];
        await using var server = ServerProcess.Start(environment);
        await server.ReadyAsync(_address);
        using var client = new HttpClient { BaseAddress = new Uri(_address) };
        var answers = new List<string>();
        async Task AddAsync(HttpRequestMessage request)
        {
            using (request)
            using (var answer = await client.SendAsync(request))
            {
                answers.Add($"{request.RequestUri} {answer}\n{await answer.Content.ReadAsStringAsync()}");
            }
        }

        Task PostAsync(string path, object body) => AddAsync(new(HttpMethod.Post, path) { Content = JsonContent.Create(body) });
        await AddAsync(new(HttpMethod.Get, "/.well-known/openid-configuration"));
        await AddAsync(new(HttpMethod.Get, "/signin"));
        await AddAsync(new(HttpMethod.Get, "/v1/openapi.json"));
        await PostAsync("/v1/auth/register", new { email = "ISIK.Kiris@Example.com", password = "Quiet-River-31-Lamp" });
        await PostAsync("/v1/auth/register", new { email = "isik.kiris@example.com", password = "Quiet-River-31-Lamp" });
        await PostAsync("/v1/auth/register", new { email = "x@example.com", password = "IIII" });
        await PostAsync("/v1/auth/login", new { email = "isik.kiris@EXAMPLE.COM", password = "Quiet-River-31-Lamp" });
        await PostAsync("/v1/auth/login", new { email = "isik.kiris@EXAMPLE.COM", password = "wrong" });
        Assert.Contains(answers, a => a.Contains("access_token\":", StringComparison.Ordinal));
        await server.StopAsync();
        answers.Add(server.Output.Replace(data, "data", StringComparison.Ordinal));
        answers.Add((await ServerProcess.RunAsync(environment, "keys", "list")).Output.Replace(data, "data", StringComparison.Ordinal));
        return Changing().Replace(string.Join('\n', answers), "*");
    }

    // Times to the minute, references, nonces, ids, and what is sealed or signed.
    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9_.\-]{22,}|"
        + @"(?<=nonce[-=]""?)[A-Za-z0-9+/=]+|(?<=reference(?: |"":""))[0-9A-Z]{4}-[0-9A-Z]{4}|Date: [^\n]*|"
        + @"(?<=[ "":T])\d\d:\d\d:\d\d(\.\d+)?|(?<=t=)\d+|ETag: [^\n]*")]
    private static partial Regex Changing();
}
