using System.Net;
using System.Text;
using System.Text.Json;

namespace AuthServer.IntegrationTests.ResourceServer;

/// <summary>The sample API of the resource server.</summary>
public sealed class NotesTests : IAsyncLifetime
{
    private readonly ApiHost _api = new(("CORS_ORIGINS", "https://app.example.test"));

    private string Alice => _api.Issuer.Issue();

    private string Bob => _api.Issuer.Issue(c => c["sub"] = TokenIssuer.Bob);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task A_note_is_written_read_changed_and_deleted()
    {
        using var created = await _api.SendAsync(HttpMethod.Post, "/v1/notes", Alice, new { text = "Milk" });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var address = created.Headers.Location!.ToString();

        Assert.Equal("Milk", await TextOfAsync(await _api.GetAsync(address, Alice)));
        Assert.Equal(
            "Milk and bread", await TextOfAsync(await _api.SendAsync(HttpMethod.Put, address, Alice, new { text = "Milk and bread" })));
        Assert.Equal("Milk and bread", await TextOfAsync(await _api.GetAsync(address, Alice)));

        using var deleted = await _api.SendAsync(HttpMethod.Delete, address, Alice);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await _api.GetAsync(address, Alice);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    /// <summary>FAPI 1.0 Part 1 section 6.2.1, number 11.</summary>
    [Theory]
    [InlineData("9f1d3c1e-5b7a-4c2d-8e6f-0a1b2c3d4e5f", true)]
    [InlineData("+f1d3c1e-5b7a-4c2d-8e6f-0a1b2c3d4e5f", false)]
    [InlineData("a word", false)]
    [InlineData(null, false)]
    public async Task An_answer_has_the_interaction_id_of_its_request_or_a_new_one(string? asked, bool isKept)
    {
        using var client = _api.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/notes");
        if (asked is not null) request.Headers.Add("x-fapi-interaction-id", asked);
        using var answer = await client.SendAsync(request);
        var id = Assert.Single(answer.Headers.GetValues("x-fapi-interaction-id"));
        Assert.Equal((HttpStatusCode.Unauthorized, isKept), (answer.StatusCode, id == asked));
        Assert.True(Guid.TryParse(id, out _), id);
    }

    [Fact]
    public async Task A_note_of_somebody_else_is_as_absent_as_one_that_never_was()
    {
        using var created = await _api.SendAsync(HttpMethod.Post, "/v1/notes", Alice, new { text = "Mine" });
        var address = created.Headers.Location!.ToString();
        foreach (
            var (method, body) in new[] { (HttpMethod.Get, null), (HttpMethod.Put, new { text = "Stolen" }), (HttpMethod.Delete, null) })
        {
            using var answer = await _api.SendAsync(method, address, Bob, body);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        Assert.Empty(await ListAsync("/v1/notes", Bob));
        Assert.Equal("Mine", Assert.Single(await ListAsync("/v1/notes", Alice)).GetProperty("text").GetString());
    }

    /// <summary>RFC 8259 section 8.1: JSON between systems is UTF-8.</summary>
    [Theory]
    [InlineData("application/json; charset=nonsense", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=utf-7", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=utf-16", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=\"\"", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/merge-patch+json; charset=utf-7", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json;;", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=utf-8", HttpStatusCode.Created)]
    [InlineData("application/json; charset=\"UTF-8\"", HttpStatusCode.Created)]
    [InlineData("application/json", HttpStatusCode.Created)]
    public async Task A_note_is_read_as_utf_8_and_refused_in_another_encoding(string type, HttpStatusCode status)
    {
        using var body = new StringContent("""{"text":"Milk"}""");
        body.Headers.Remove("Content-Type");
        body.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await _api.SendAsync(HttpMethod.Post, "/v1/notes", Alice, body);
        Assert.Equal(status, answer.StatusCode);
    }

    /// <summary>Found by <see cref="Attacks.Malformed.BoundaryFuzzTests"/>: what a browser accepts made the refusal fail.</summary>
    [Fact]
    public async Task A_browser_without_a_token_is_refused_like_anybody()
    {
        using var client = _api.CreateClient();
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        using var answer = await client.GetAsync("/v1/notes");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task The_file_of_the_notes_is_for_the_user_of_this_api_alone()
    {
        // Access is kept in lists on Windows, not in modes.
        if (OperatingSystem.IsWindows()) return;
        (await _api.SendAsync(HttpMethod.Post, "/v1/notes", Alice, new { text = "Secret" })).Dispose();
        var files = Directory.GetFiles(_api.NotesDirectory);
        Assert.Contains(files, f => f.EndsWith("notes.db-wal", StringComparison.Ordinal));
        foreach (var file in files) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_api.NotesDirectory));
    }

    [Fact]
    public void A_file_that_was_readable_by_others_is_no_longer()
    {
        if (OperatingSystem.IsWindows()) return;
        Directory.CreateDirectory(_api.NotesDirectory);
        var file = Path.Combine(_api.NotesDirectory, "notes.db");
        File.WriteAllBytes(file, []);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        _api.CreateClient().Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_client_s_own_token_has_no_notebook()
    {
        using var answer = await _api.GetAsync("/v1/notes", _api.Issuer.Issue(c => c["sub"] = c["client_id"]));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_long_list_is_read_page_by_page()
    {
        for (var i = 0; i < 5; i++) (await _api.SendAsync(HttpMethod.Post, "/v1/notes", Alice, new { text = $"Note {i}" })).Dispose();
        var seen = new List<string?>();
        var next = "/v1/notes?limit=2";
        while (next is not null)
        {
            using var answer = await _api.GetAsync(next, Alice);
            var page = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).EnumerateArray().ToList();
            Assert.InRange(page.Count, 0, 2);
            seen.AddRange(page.Select(n => n.GetProperty("text").GetString()));
            next = answer.Headers.TryGetValues("Link", out var link) ? link.Single().Split('<', '>')[1] : null;
        }

        // Notes made in one millisecond have no order among each other.
        Assert.Equal(["Note 0", "Note 1", "Note 2", "Note 3", "Note 4"], seen.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"text":null}""")]
    [InlineData("""{"text":"   "}""")]
    [InlineData("""{"text":7}""")]
    [InlineData("""{"text":"\ud800"}""")]
    public async Task A_body_that_is_no_note_is_the_caller_s_mistake(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _api.SendAsync(HttpMethod.Post, "/v1/notes", Alice, content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_note_has_a_longest_length_and_json_is_asked_for()
    {
        using var longest = await _api.SendAsync(HttpMethod.Post, "/v1/notes", Alice, new { text = new string('x', 10_000) });
        Assert.Equal(HttpStatusCode.Created, longest.StatusCode);
        using var tooLong = await _api.SendAsync(HttpMethod.Post, "/v1/notes", Alice, new { text = new string('x', 10_001) });
        Assert.Equal(HttpStatusCode.BadRequest, tooLong.StatusCode);
        using var form = new StringContent("text=Milk", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var notJson = await _api.SendAsync(HttpMethod.Post, "/v1/notes", Alice, form);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, notJson.StatusCode);
    }

    [Theory]
    [InlineData("/v1/notes?limit=0", 400)]
    [InlineData("/v1/notes?limit=101", 400)]
    [InlineData("/v1/notes?limit=many", 400)]
    [InlineData("/v1/notes?after=first", 400)]
    [InlineData("/v1/notes/first", 404)]
    [InlineData("/v1/nothing", 404)]
    public async Task An_address_that_makes_no_sense_is_answered_as_such(string address, int status)
    {
        using var answer = await _api.GetAsync(address, Alice);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Browser_apps_of_the_configured_origins_may_call_and_no_others()
    {
        Assert.Equal("https://app.example.test", await AllowedOriginAsync("https://app.example.test"));
        Assert.Null(await AllowedOriginAsync("https://evil.example.test"));
    }

    [Fact]
    public async Task What_is_personal_is_not_kept_and_health_answers()
    {
        using var notes = await _api.GetAsync("/v1/notes", Alice);
        Assert.True(notes.Headers.CacheControl?.NoStore);
        Assert.Equal(["nosniff"], notes.Headers.GetValues("X-Content-Type-Options"));
        foreach (var path in new[] { "/health/live", "/health/ready" })
        {
            using var answer = await _api.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    private async Task<string?> AllowedOriginAsync(string origin)
    {
        using var client = _api.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/v1/notes");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        using var answer = await client.SendAsync(request);
        return answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null;
    }

    private async Task<List<JsonElement>> ListAsync(string address, string token)
    {
        using var answer = await _api.GetAsync(address, token);
        return [.. JsonElement.Parse(await answer.Content.ReadAsStringAsync()).EnumerateArray()];
    }

    private static async Task<string?> TextOfAsync(HttpResponseMessage answer)
    {
        using (answer) return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("text").GetString();
    }
}
