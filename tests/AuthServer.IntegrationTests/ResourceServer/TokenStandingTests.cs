using System.Net;

namespace AuthServer.IntegrationTests.ResourceServer;

/// <summary>RFC 7662: with INTROSPECTION_CLIENT_ID the resource API refuses a token as soon as its session has ended.</summary>
public sealed class TokenStandingTests : IAsyncLifetime
{
    private readonly ApiHost _api = new(("INTROSPECTION_CLIENT_ID", "notes"), ("INTROSPECTION_CLIENT_SECRET", "a:"));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task A_token_is_refused_as_soon_as_its_session_has_ended()
    {
        var (ended, standing) = (_api.Issuer.Issue(), _api.Issuer.Issue());
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(ended));
        _api.Issuer.Ended.Add(ended);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(ended));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(standing));
    }

    [Fact]
    public async Task An_api_that_is_not_let_in_lets_nobody_in_and_a_server_that_does_not_answer_is_no_fault_of_the_token()
    {
        await using var wrong = new ApiHost(("INTROSPECTION_CLIENT_ID", "notes"), ("INTROSPECTION_CLIENT_SECRET", "b"));
        using var refused = await wrong.GetAsync("/v1/notes", wrong.Issuer.Issue());
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        var token = _api.Issuer.Issue();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(token));
        _api.Issuer.Answers = false;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(token));
    }

    private async Task<HttpStatusCode> StatusAsync(string token)
    {
        using var answer = await _api.GetAsync("/v1/notes", token);
        return answer.StatusCode;
    }
}
