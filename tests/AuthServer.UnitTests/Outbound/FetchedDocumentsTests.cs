using System.Net;
using System.Text;
using AuthServer.Configuration;
using AuthServer.Outbound;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.Outbound;

public sealed class FetchedDocumentsTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Cache-Control: max-age=300", 300)]
    [InlineData("Cache-Control: max-age=1", 60)]
    [InlineData("Cache-Control: no-store", 60)]
    [InlineData("Cache-Control: max-age=99999999", 86400)]
    [InlineData("X-Nothing: said", 900)]
    public async Task A_document_is_kept_as_long_as_it_says_within_bounds(string header, int seconds)
    {
        await using var server = RawServer.Saying(_ => RawServer.Json("1", header + "\r\n"));
        using var http = Client();
        var documents = Documents(http);
        await documents.GetAsync(At(server), Cancellation);
        _time.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.Equal("1", (await documents.GetAsync(At(server), Cancellation)).Document);
        Assert.Single(server.Heads);
        _time.Advance(TimeSpan.FromSeconds(1));
        await documents.GetAsync(At(server), Cancellation);
        Assert.Equal(2, server.Heads.Count);
    }

    [Fact]
    public async Task Many_callers_cause_one_fetch()
    {
        var release = new TaskCompletionSource();
        await using var server = RawServer.Writing(async (stream, stop) =>
        {
            await release.Task;
            await stream.WriteAsync(Encoding.ASCII.GetBytes(RawServer.Json("1")), stop);
        });
        using var http = Client();
        var documents = Documents(http);
        using var impatient = new CancellationTokenSource();
        var first = documents.GetAsync(At(server), impatient.Token).AsTask();
        var others = Enumerable.Range(0, 20).Select(_ => documents.GetAsync(At(server), Cancellation).AsTask()).ToList();
        var again = documents.GetAgainAsync(At(server), Cancellation).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        release.SetResult();
        Assert.All(await Task.WhenAll(others), fetched => Assert.Equal("1", fetched.Document));
        Assert.Equal("1", (await again).Document);
        Assert.Single(server.Heads);
    }

    /// <summary>Nobody stands for the address any more: what was fetched before serves for its time.</summary>
    [Fact]
    public async Task What_is_kept_is_there_without_a_fetch()
    {
        await using var server = RawServer.Saying(_ => RawServer.Json("1", "Cache-Control: max-age=300\r\n"));
        using var http = Client();
        var documents = Documents(http);
        Assert.Null(documents.Kept(At(server)));
        Assert.Empty(server.Heads);
        await documents.GetAsync(At(server), Cancellation);
        _time.Advance(TimeSpan.FromSeconds(300) + FetchLimits.Usual.Stale - TimeSpan.FromSeconds(1));
        Assert.Equal("1", documents.Kept(At(server)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(documents.Kept(At(server)));
        Assert.Single(server.Heads);
    }

    [Fact]
    public async Task A_failure_is_remembered_briefly_and_a_former_document_serves_for_a_while()
    {
        var (answer, stale) = (RawServer.Json("1"), FetchLimits.Usual.Stale);
        await using var server = RawServer.Saying(_ => answer);
        using var http = Client();
        var documents = Documents(http);
        answer = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n";
        Assert.Equal("The answer has the status 500.", (await documents.GetAsync(At(server), Cancellation)).Fault);
        answer = RawServer.Json("1");
        Assert.NotNull((await documents.GetAsync(At(server), Cancellation)).Fault);
        _time.Advance(FetchLimits.Usual.Failure);
        Assert.Equal("1", (await documents.GetAsync(At(server), Cancellation)).Document);

        answer = RawServer.Json("no such document");
        _time.Advance(FetchLimits.Usual.Silent);
        Assert.Equal("1", (await documents.GetAsync(At(server), Cancellation)).Document);
        _time.Advance(FetchLimits.Usual.Failure);
        Assert.Equal("1", (await documents.GetAsync(At(server), Cancellation)).Document);
        Assert.Equal(4, server.Heads.Count);
        _time.Advance(stale);
        Assert.Null((await documents.GetAsync(At(server), Cancellation)).Document);
    }

    [Fact]
    public async Task A_document_is_fetched_before_its_time_at_most_once_in_the_pause()
    {
        var count = 0;
        await using var server = RawServer.Saying(_ => RawServer.Json((++count).ToString(null as IFormatProvider)));
        using var http = Client();
        var documents = Documents(http);
        Assert.Equal("1", (await documents.GetAsync(At(server), Cancellation)).Document);
        Assert.Equal("1", (await documents.GetAgainAsync(At(server), Cancellation)).Document);
        _time.Advance(FetchLimits.Usual.Pause);
        Assert.Equal("2", (await documents.GetAgainAsync(At(server), Cancellation)).Document);
        Assert.Equal("2", (await documents.GetAgainAsync(At(server), Cancellation)).Document);
        Assert.Equal("2", (await documents.GetAsync(At(server), Cancellation)).Document);
    }

    [Fact]
    public async Task The_oldest_go_when_there_are_too_many()
    {
        await using var server = RawServer.Saying(_ => RawServer.Json("1"));
        using var http = Client();
        var documents = Documents(http, FetchLimits.Usual with { Most = 10 });
        for (var i = 0; i < 11; i++)
        {
            await documents.GetAsync(At(server, i), Cancellation);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await documents.GetAsync(At(server, 10), Cancellation);
        await documents.GetAsync(At(server, 5), Cancellation);
        Assert.Equal(11, server.Heads.Count);
        await documents.GetAsync(At(server, 0), Cancellation);
        Assert.Equal(12, server.Heads.Count);
    }

    [Fact]
    public async Task Whether_the_next_caller_causes_a_fetch_can_be_asked()
    {
        await using var server = RawServer.Saying(path => path == "/1" ? RawServer.Json("1") : RawServer.Json("none"));
        using var http = Client();
        var documents = Documents(http);
        Assert.False(documents.Has(At(server, 1)));
        await documents.GetAsync(At(server, 1), Cancellation);
        await documents.GetAsync(At(server, 2), Cancellation);
        Assert.True(documents.Has(At(server, 1)) && documents.Has(At(server, 2)));
        _time.Advance(FetchLimits.Usual.Failure);
        Assert.Equal((true, false), (documents.Has(At(server, 1)), documents.Has(At(server, 2))));
        Assert.Equal(2, server.Heads.Count);
    }

    private FetchedDocuments<string> Documents(SafeHttp http, FetchLimits? limits = null) => new(
        http, address => new(address), answer => answer.Body.Length == 1 ? Encoding.ASCII.GetString(answer.Body) : null,
        limits ?? FetchLimits.Usual, _time);

    private static Uri At(RawServer server, int number = 0) => new($"http://127.0.0.1:{server.Port}/{number}");

    private static SafeHttp Client()
    {
        var options = new OutboundOptions { AllowedHostNames = ["127.0.0.1"] };
        options.Check(new SettingProblems());
        return new(options, Dns.GetHostAddressesAsync, TimeProvider.System);
    }
}
