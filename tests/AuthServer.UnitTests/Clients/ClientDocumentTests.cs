using System.Net;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Documents;
using AuthServer.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.Clients;

/// <summary>draft-ietf-oauth-client-id-metadata-document section 3, and whose documents are taken.</summary>
public sealed class ClientDocumentTests
{
    [Theory]
    [InlineData("https://app.example/client.json")]
    [InlineData("https://app.example/")]
    [InlineData("https://app.example:8443/a/b?c=d")]
    [InlineData("https://xn--pple-43d.example/c")]
    [InlineData("https://app.example/@me/client")]
    [InlineData("https://app.example/.well-known/client")]
    public void An_address_is_taken(string clientId) => Assert.Equal(clientId, DocumentAddress.Read(clientId).Address?.AbsoluteUri);

    [Theory]
    [InlineData("http://app.example/client.json")]
    [InlineData("HTTPS://app.example/client.json")]
    [InlineData("https://app.example")]
    [InlineData("https:app.example/c")]
    [InlineData("https:///c")]
    [InlineData("https://App.example/c")]
    [InlineData("https://app.example:443/c")]
    [InlineData("https://app.example./c")]
    [InlineData("https://user@app.example/c")]
    [InlineData("https://user:pass@app.example/c")]
    [InlineData("https://@app.example/c")]
    [InlineData("https://app.example/c#")]
    [InlineData("https://app.example/c#x")]
    [InlineData("https://app.example/a/../c")]
    [InlineData("https://app.example/./c")]
    [InlineData("https://app.example/..")]
    [InlineData("https://app.example/%2e%2e/c")]
    [InlineData("https://app.example/%2E/c")]
    [InlineData("https://app.example/%61")]
    [InlineData("https://app.example\\c")]
    [InlineData("https://app.example/a b")]
    [InlineData("https://аpp.example/c")]
    [InlineData("https://app.example/ü")]
    [InlineData("https://10.0.0.1/c")]
    [InlineData("https://0x7f.1/c")]
    [InlineData("https://[::1]/c")]
    [InlineData("https://[::ffff:10.0.0.1]/c")]
    [InlineData(" https://app.example/c")]
    [InlineData("https://app.example/c\n")]
    [InlineData("")]
    [InlineData("web")]
    public void Any_other_text_is_not(string clientId) => Assert.Null(DocumentAddress.Read(clientId).Address);

    [Fact]
    public void Nor_is_one_that_is_too_long()
    {
        var longest = "https://app.example/".PadRight(DocumentAddress.Longest, 'a');
        Assert.NotNull(DocumentAddress.Read(longest).Address);
        Assert.Contains("shorter", DocumentAddress.Read(longest + "a").Fault);
    }

    [Fact]
    public void Domains_count_with_what_is_below_them_and_a_denial_counts_more()
    {
        var options = new ClientDocumentOptions
        {
            Mode = ClientDocumentMode.On, AllowedDomains = ["Example.com", "bücher.example"], DeniedDomains = ["bad.example.com."],
        };
        var problems = new SettingProblems();
        options.Check(problems);
        Assert.Empty(problems.Lines);
        Assert.All(["example.com", "a.b.example.com", "xn--bcher-kva.example"], host => Assert.True(options.Takes(host), host));
        Assert.All(
            ["bad.example.com", "very.bad.example.com", "evilexample.com", "example.com.evil.org", "com", ""],
            host => Assert.False(options.Takes(host), host));
        options.Mode = ClientDocumentMode.Off;
        Assert.False(options.Takes("example.com"));
    }

    [Fact]
    public void A_host_has_a_tenth_of_the_places_and_one_at_least() => Assert.Equal(
        [1, 1, 2, 100], new[] { 1, 10, 11, 1000 }.Select(most => new ClientDocumentOptions { Most = most }.MostOfHost));

    [Fact]
    public void What_is_no_domain_is_told()
    {
        var options = new ClientDocumentOptions { AllowedDomains = ["*.example.com"], DeniedDomains = ["https://example.com", "10.0.0.1"] };
        var problems = new SettingProblems();
        options.Check(problems);
        Assert.Equal(3, problems.Lines.Count);
    }

    [Fact]
    public void Strangers_cause_a_bounded_number_of_requests_in_a_minute()
    {
        var time = new FakeTimeProvider();
        var fetches = new StrangersFetches(time);
        Assert.All(
            Enumerable.Range(0, StrangersFetches.MostOfHost), i => Assert.Equal(FetchShare.Granted, fetches.Take($"{i}", "a.example")));
        Assert.Equal(FetchShare.NoneLeft, fetches.Take("another", "a.example"));
        Assert.Equal(FetchShare.Granted, fetches.Take("another", "b.example"));
        var others = Enumerable.Range(0, StrangersFetches.MostOfAll).Count(
            i => fetches.Take($"{i}", $"{i}.example") == FetchShare.Granted);
        Assert.Equal(StrangersFetches.MostOfAll - StrangersFetches.MostOfHost - 1, others);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(FetchShare.Granted, fetches.Take("0", "a.example"));
    }

    [Fact]
    public void Who_asks_for_too_many_keeps_nobody_else_from_asking()
    {
        var fetches = new StrangersFetches(new FakeTimeProvider());
        var asker = AskedFrom("2001:db8:1:2::1");
        var taken = Enumerable.Range(0, StrangersFetches.MostOfAll).Count(
            i => fetches.Take(asker, $"{i % 3}.example") == FetchShare.Granted);
        Assert.Equal(StrangersFetches.MostOfAsker, taken);
        // Another address of the same machine.
        Assert.Equal(FetchShare.AskerHadTheirs, fetches.Take(AskedFrom("2001:db8:1:2:ffff::9"), "9.example"));
        Assert.Equal(FetchShare.Granted, fetches.Take(AskedFrom("2001:db8:1:3::1"), "0.example"));
        Assert.Equal(FetchShare.Granted, fetches.Take(AskedFrom("192.0.2.1"), "0.example"));
        Assert.Equal(AskedFrom("192.0.2.1"), AskedFrom("::ffff:192.0.2.1"));
        // Those together who ask for one host leave it to the others.
        Assert.True(StrangersFetches.MostOfAsker * 2 < StrangersFetches.MostOfHost);
        // What no request asks for.
        Assert.Equal(FetchShare.Granted, fetches.Take(null, "0.example"));
    }

    private static string? AskedFrom(string address)
    {
        AskingAddress.Enter(IPAddress.Parse(address));
        return AskingAddress.Network;
    }
}
