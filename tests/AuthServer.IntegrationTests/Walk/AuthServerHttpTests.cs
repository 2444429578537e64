using System.Globalization;
using System.Net;

namespace AuthServer.IntegrationTests.Walk;

/// <summary>AuthServer.http says what the server does, and leaves nothing of the JSON API out.</summary>
public sealed class AuthServerHttpTests(DemoWalk walk) : IClassFixture<DemoWalk>
{
    // A walk has no thousand requests, no full house, and one configuration.
    private static readonly int[] BeyondAWalk = [202, 429, 503];

    // What a code from a mail does, and a server without mail.
    private static readonly string[] BeyondAReader =
    [
        "POST /v1/auth/register/confirm 201", "POST /v1/auth/register/confirm 409", "POST /v1/auth/register/confirm 422",
        "POST /v1/auth/email-code 403",
        "POST /v1/auth/password/forgotten 404", "POST /v1/auth/password/reset 204", "POST /v1/auth/email/confirmation 204",
        "POST /v1/auth/email/confirmation 404", "POST /v1/auth/email/confirm 204", "POST /v1/auth/email/confirm 409",
        // Neither has a reader an authenticator.
        "DELETE /v1/account/password 204", "DELETE /v1/account/password 404", "PATCH /v1/account/passkeys/{id} 204",
        "POST /v1/account/passkeys/options 404", "POST /v1/account/passkeys 201", "POST /v1/account/passkeys 404",
        "POST /v1/account/passkeys 409", "DELETE /v1/account/passkeys/{id} 204", "DELETE /v1/account/passkeys/{id} 409",
        "GET /v1/account/second-factors 404",
        "POST /v1/account/second-factors/app 404", "POST /v1/account/second-factors/app 409", "PUT /v1/account/second-factors/app 200",
        "PUT /v1/account/second-factors/app 404", "PUT /v1/account/second-factors/app 409",
        "POST /v1/account/second-factors/removal 200", "POST /v1/account/second-factors/removal 204",
        "POST /v1/account/second-factors/removal 409",
        "POST /v1/account/second-factors/removal 422", "POST /v1/account/second-factors/recovery-codes 200",
        "POST /v1/account/second-factors/recovery-codes 422", "DELETE /v1/account/devices/{id} 204",
        // Nor has the demo a provider to sign in with.
        "DELETE /v1/account/upstream/{id} 204", "DELETE /v1/account/upstream/{id} 409",
        "DELETE /v1/users/{id}/upstream/{connection_id} 204",
    ];

    private IEnumerable<WalkedRequest> OfTheApi =>
        walk.Requests.Where(r => r.Address.AbsoluteUri.StartsWith(walk.IssuerText + "/v1/", StringComparison.Ordinal));

    [Fact]
    public void Every_request_states_one_status()
    {
        Assert.True(walk.Requests.Count > 100);
        Nothing(walk.Parts.Where(p => p.Statuses.Count != (p.Method is null ? 0 : 1)));
    }

    [Fact]
    public void Every_request_is_answered_as_it_states() =>
        Nothing(walk.Requests.Where(r => r.Status != r.Part.Statuses.Single()));

    [Fact]
    public void Every_refusal_of_the_api_is_a_problem()
    {
        var refusals = OfTheApi.Where(r => r.Status >= 400).ToList();
        Assert.NotEmpty(refusals);
        Assert.All(refusals, r =>
        {
            Assert.True(r.Answer.Problem is { Length: > 0 }, r.ToString());
            Assert.Equal(r.Status, r.Answer.Json.GetProperty("status").GetInt32());
            Assert.NotEmpty(r.Answer.Text("detail")!);
            Assert.NotEmpty(r.Answer.Text("reference")!);
            Assert.Equal("no-store", r.Answer.Header("Cache-Control"));
            if (r.Answer.Status == HttpStatusCode.Unauthorized)
            {
                Assert.StartsWith("Bearer", r.Answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
            }
            if (r.Answer.Status == HttpStatusCode.MethodNotAllowed) Assert.NotEmpty(r.Answer.ContentHeaders.Allow);
            if (r.Answer.Status == HttpStatusCode.BadRequest && r.Answer.Problem == "invalid-request") Assert.NotEmpty(r.Answer.Members);
        });
    }

    [Fact]
    public void Every_operation_is_walked_with_every_answer_that_the_document_tells()
    {
        Assert.True(Operations().Count > 8);
        Nothing(from o in Operations()
                from status in o.Statuses.Except(BeyondAWalk)
                where !OfTheApi.Any(r => o.Is(r) && r.Status == status) && !BeyondAReader.Contains($"{o.Method} {o.Path} {status}")
                select $"{o.Method} {o.Path} {status}");
    }

    [Fact]
    public void No_operation_answers_with_what_the_document_does_not_tell() =>
        Nothing(from o in Operations() from r in OfTheApi where o.Is(r) && !o.Statuses.Contains(r.Status) select r);

    // Unlike Assert.Empty, it tells what there is.
    private static void Nothing(IEnumerable<object> found)
    {
        var lines = string.Join('\n', found);
        Assert.True(lines.Length == 0, lines);
    }

    private List<Operation> Operations() =>
        [.. from path in walk.Document.Json.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            select new Operation(
                operation.Name.ToUpperInvariant(), path.Name,
                [.. operation.Value.GetProperty("responses").EnumerateObject().Select(
                    r => int.Parse(r.Name, CultureInfo.InvariantCulture))])];

    private sealed record Operation(string Method, string Path, int[] Statuses)
    {
        public bool Is(WalkedRequest request) =>
            request.Part.Method == Method && Matches(request.Address.AbsolutePath.Split('/'), Path.Split('/'));

        private static bool Matches(string[] address, string[] template) =>
            address.Length == template.Length && address.Zip(template).All(p => p.Second.StartsWith('{') || p.First == p.Second);
    }
}
