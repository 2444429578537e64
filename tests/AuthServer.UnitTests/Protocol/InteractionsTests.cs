using AuthServer.Protocol.Authorization;
using AuthServer.Sessions;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.Protocol;

/// <summary>The sealed parameter that says what has happened with a person for one request (decision 0004).</summary>
public sealed class InteractionsTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    private readonly Interactions _interactions;

    public InteractionsTests() => _interactions = new Interactions(
        new EphemeralDataProtectionProvider(), new Forms(), Options.Create(new AntiforgeryOptions { Cookie = { Name = Forms.Cookie } }),
        _clock);

    [Fact]
    public void A_sign_in_for_the_request_still_counts_after_the_consent_page()
    {
        var request = Request("client_id=app&prompt=login");
        var signIn = _interactions.Continue(Browser(), "/connect/authorize", request, null, InteractionOutcome.Asked);
        _clock.Advance(TimeSpan.FromSeconds(20));
        var signedInAt = _clock.GetUtcNow().UtcDateTime;
        _clock.Advance(TimeSpan.FromSeconds(5));
        var session = SessionOf(signedInAt);
        var consent = _interactions.Continue(Browser(), "/connect/authorize", Query(signIn), session, InteractionOutcome.Asked);
        _clock.Advance(TimeSpan.FromSeconds(5));
        var allowed = _interactions.Continue(Browser(), "/connect/authorize", Query(consent), session, InteractionOutcome.Allowed);

        var mark = _interactions.Read(Browser(), Query(allowed), session)!;
        Assert.Equal((InteractionOutcome.Allowed, session.Id), (mark.Outcome, mark.Session));
        Assert.True(mark.At <= signedInAt, "The sign-in was before the mark, so it would be asked for again.");
    }

    [Fact]
    public void A_mark_counts_for_its_own_request_and_for_half_an_hour()
    {
        var marked = _interactions.Continue(
            Browser(), "/connect/authorize", Request("client_id=app&scope=openid"), null, InteractionOutcome.Allowed);
        var other = Query(marked);
        other["scope"] = "openid email";
        Assert.NotNull(_interactions.Read(Browser(), Query(marked), null));
        Assert.Null(_interactions.Read(Browser(), other, null));
        _clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Null(_interactions.Read(Browser(), Query(marked), null));
    }

    [Fact]
    public void A_sign_in_renews_the_mark_of_a_page_that_was_open_for_long()
    {
        var page = Query(
            _interactions.Continue(Browser(), "/connect/authorize", Request("client_id=app&prompt=login"), null, InteractionOutcome.Asked));
        var before = SessionOf(_clock.GetUtcNow().UtcDateTime.AddMinutes(-1));
        _clock.Advance(TimeSpan.FromMinutes(45));
        Assert.Null(_interactions.Read(Browser(), page, before));
        var session = SessionOf(_clock.GetUtcNow().UtcDateTime);
        Assert.NotNull(_interactions.Read(Browser(), page, session));
        _clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Null(_interactions.Read(Browser(), page, session));
    }

    [Fact]
    public void A_mark_counts_in_the_browser_that_was_sent_to_the_page()
    {
        var http = Browser(secret: null);
        var page = Query(_interactions.Continue(http, "/connect/authorize", Request("client_id=app"), null, InteractionOutcome.Asked));
        // Not yet: the answer has not been sent.
        Assert.Null(_interactions.Read(http, page, null));
        Assert.NotNull(_interactions.Read(Browser(Forms.Given), page, null));
        Assert.Null(_interactions.Read(Browser("another"), page, null));
        Assert.Null(_interactions.Read(Browser(""), page, null));
        // Nor does one browser's mark begin that of another.
        _clock.Advance(TimeSpan.FromMinutes(1));
        var other = Query(_interactions.Continue(Browser("another"), "/connect/authorize", page, null, InteractionOutcome.Asked));
        Assert.Equal(_clock.GetUtcNow().UtcDateTime, _interactions.Read(Browser("another"), other, null)!.At);
    }

    private static DefaultHttpContext Browser(string? secret = "secret of the browser")
    {
        var http = new DefaultHttpContext();
        if (secret is not null) http.Request.Headers.Cookie = $"{Forms.Cookie}={Uri.EscapeDataString(secret)}";
        return http;
    }

    private static BrowserSession SessionOf(DateTime authTime) => new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), "ada@example.test", null, null, authTime, "pwd", null, false, authTime.AddHours(12),
            authTime.AddDays(7), null);

    private static Dictionary<string, StringValues> Request(string query) => QueryHelpers.ParseQuery(query);

    private static Dictionary<string, StringValues> Query(string address) =>
        QueryHelpers.ParseQuery(address[address.IndexOf('?', StringComparison.Ordinal)..]);

    /// <summary>Gives a browser a cookie that has none.</summary>
    private sealed class Forms : IAntiforgery
    {
        public const string Cookie = "form", Given = "given";

        public AntiforgeryTokenSet GetAndStoreTokens(HttpContext httpContext) =>
            new("request", string.IsNullOrEmpty(httpContext.Request.Cookies[Cookie]) ? Given : null, "field", headerName: null);

        public AntiforgeryTokenSet GetTokens(HttpContext httpContext) => throw new NotSupportedException();

        public Task<bool> IsRequestValidAsync(HttpContext httpContext) => throw new NotSupportedException();

        public void SetCookieTokenAndHeader(HttpContext httpContext) => throw new NotSupportedException();

        public Task ValidateRequestAsync(HttpContext httpContext) => throw new NotSupportedException();
    }
}
