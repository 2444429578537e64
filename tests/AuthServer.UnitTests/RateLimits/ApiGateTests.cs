using System.Net;
using AuthServer.Audit;
using AuthServer.JsonApi;
using AuthServer.RateLimits;
using AuthServer.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.RateLimits;

public sealed class ApiGateTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ServiceProvider _services = new ServiceCollection().AddTelemetry(new()).BuildServiceProvider();
    private readonly RateLimitOptions _options = new() { PerHour = 2, UserLookupsPerMinute = 2 };
    private readonly ThrottleKeys _keys = new();
    private readonly AuthMeter _meter;
    private readonly Refusals _refusals;
    private readonly ApiBudgetGate _gate;

    public ApiGateTests()
    {
        _meter = _services.GetRequiredService<AuthMeter>();
        _refusals = new(_meter, _time, NullLogger<Refusals>.Instance);
        _gate = new(new ApiBudget(_options, _time), _keys, _refusals, _meter);
    }

    [Fact]
    public async Task People_behind_one_address_do_not_starve_each_other_nor_do_their_sessions()
    {
        for (var i = 0; i < 2; i++) Assert.Null(await _gate.TryEnterAsPersonAsync(Request(), "alice"));
        Assert.NotNull(await _gate.TryEnterAsPersonAsync(Request(), "alice"));
        Assert.Null(await _gate.TryEnterAsPersonAsync(Request(), "bob"));

        var (one, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        for (var i = 0; i < 2; i++) Assert.Null(await _gate.TryEnterAsSessionAsync(Request(), one));
        Assert.NotNull(await _gate.TryEnterAsSessionAsync(Request(), one));
        Assert.Null(await _gate.TryEnterAsSessionAsync(Request(), other));
        Assert.Null(await _gate.TryEnterAsAddressAsync(Request()));
    }

    [Fact]
    public async Task A_request_is_counted_once_however_many_ask()
    {
        var http = Request();
        Assert.Null(await _gate.TryEnterAsPersonAsync(http, "alice"));
        Assert.Null(await _gate.TryEnterAsPersonAsync(http, "alice"));
        Assert.Null(await _gate.TryEnterAsAddressAsync(http));
        Assert.Equal("\"hour\";r=1;t=3600", http.Response.Headers["RateLimit"]);
    }

    [Fact]
    public async Task The_headers_say_what_is_left_and_the_refusal_when_to_come_back()
    {
        await _gate.TryEnterAsPersonAsync(Request(), "alice");
        await _gate.TryEnterAsPersonAsync(Request(), "alice");
        _time.Advance(TimeSpan.FromMinutes(59.99));
        var http = Request();
        var refused = await _gate.TryEnterAsPersonAsync(http, "alice");
        Assert.Equal((429, TimeSpan.FromSeconds(1)), (refused!.Status, refused.RetryAfter));
        Assert.Equal("\"hour\";q=2;w=3600", http.Response.Headers["RateLimit-Policy"]);
        Assert.Equal("\"hour\";r=0;t=1", http.Response.Headers["RateLimit"]);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await _gate.TryEnterAsPersonAsync(Request(), "alice"));
    }

    [Fact]
    public async Task A_caller_without_an_address_is_on_this_machine_and_not_counted()
    {
        var http = new DefaultHttpContext();
        for (var i = 0; i < 10; i++) Assert.Null(await _gate.TryEnterAsAddressAsync(http));
        Assert.False(http.Response.Headers.ContainsKey("RateLimit"));
    }

    [Fact]
    public async Task One_user_may_not_read_accounts_faster_than_the_limit()
    {
        var throttle = new LookupThrottle(_options, _keys, _refusals, _meter, _time);
        for (var i = 0; i < 2; i++) Assert.Null(await throttle.TryEnterAsync(Request(), "admin"));
        Problem? refused = await throttle.TryEnterAsync(Request(), "admin");
        Assert.Equal(429, refused!.Status);
        Assert.Null(await throttle.TryEnterAsync(Request(), "other admin"));
        _time.Advance(refused.RetryAfter!.Value);
        Assert.Null(await throttle.TryEnterAsync(Request(), "admin"));
    }

    public void Dispose() => _services.Dispose();

    private static DefaultHttpContext Request() => new() { Connection = { RemoteIpAddress = IPAddress.Parse("192.0.2.1") } };
}
