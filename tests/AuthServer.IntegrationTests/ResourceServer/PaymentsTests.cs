using System.Net;
using System.Text.Json;

namespace AuthServer.IntegrationTests.ResourceServer;

/// <summary>The payments sample: a call to somebody else's service with a key that the caller never sees.</summary>
public sealed class PaymentsTests : IAsyncLifetime
{
    private const string Key = "gateway-key-5tGbNhYqWx";
    private readonly ApiHost _api = new(("PAYMENT_GATEWAY_URL", "https://gateway.example.test/payments"), ("PAYMENT_GATEWAY_KEY", Key));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task A_payment_reaches_the_gateway_with_the_key()
    {
        using var answer = await PayAsync(_api);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("pay_1", JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("id").GetString());
        var (authorization, _, body) = Assert.Single(_api.Gateway.Received);
        Assert.Equal($"Bearer {Key}", authorization);
        var sent = JsonElement.Parse(body);
        Assert.Equal(1250, sent.GetProperty("amount").GetInt64());
        Assert.Equal("EUR", sent.GetProperty("currency").GetString());
        Assert.Equal(TokenIssuer.Alice, sent.GetProperty("payer").GetString());
    }

    [Fact]
    public async Task A_retry_carries_the_same_idempotency_key()
    {
        _api.Gateway.WillAnswer(HttpStatusCode.ServiceUnavailable, HttpStatusCode.Created);
        using var answer = await PayAsync(_api);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(2, _api.Gateway.Received.Count);
        Assert.Equal(_api.Gateway.Received[0], _api.Gateway.Received[1]);
    }

    [Fact]
    public async Task Two_payments_without_a_key_are_two_and_a_key_belongs_to_its_payer()
    {
        foreach (var key in new[] { null, null, "order-7", "order-7" }) (await PayAsync(_api, key: key)).Dispose();
        (await PayAsync(_api, key: "order-7", token: _api.Issuer.Issue(c => c["sub"] = TokenIssuer.Bob))).Dispose();
        var keys = _api.Gateway.Received.Select(r => r.IdempotencyKey).ToList();
        Assert.NotEqual(keys[0], keys[1]);
        Assert.Equal(keys[2], keys[3]);
        Assert.NotEqual(keys[3], keys[4]);
    }

    [Theory]
    [InlineData(HttpStatusCode.PaymentRequired, HttpStatusCode.PaymentRequired)]
    [InlineData(HttpStatusCode.Unauthorized, HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.BadRequest, HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.TemporaryRedirect, HttpStatusCode.BadGateway)]
    public async Task A_refusal_of_the_gateway_is_told_without_its_words(HttpStatusCode gateway, HttpStatusCode told)
    {
        _api.Gateway.WillAnswer(gateway);
        using var answer = await PayAsync(_api);
        Assert.Equal(told, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain(Key, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(_api.Gateway.Received);
    }

    [Fact]
    public async Task A_gateway_that_stays_down_is_given_up()
    {
        _api.Gateway.WillAnswer(HttpStatusCode.BadGateway, HttpStatusCode.BadGateway, HttpStatusCode.BadGateway);
        using var answer = await PayAsync(_api);
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(3, _api.Gateway.Received.Count);
    }

    [Theory]
    [InlineData(null, null, "PAYMENT_GATEWAY_URL and PAYMENT_GATEWAY_KEY")]
    [InlineData("https://gateway.example.test/", null, "set PAYMENT_GATEWAY_KEY")]
    [InlineData(null, "some-key", "set PAYMENT_GATEWAY_URL")]
    public async Task Payments_that_are_not_set_up_say_what_to_set(string? url, string? key, string told)
    {
        await using var api = new ApiHost(("PAYMENT_GATEWAY_URL", url ?? ""), ("PAYMENT_GATEWAY_KEY", key ?? ""));
        using var answer = await PayAsync(api);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains(
            told, JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_may_stand_in_a_file()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Key + "\n");
            await using var api = new ApiHost(("PAYMENT_GATEWAY_URL", "https://gateway.example.test/"), ("PAYMENT_GATEWAY_KEY_FILE", file));
            using var answer = await PayAsync(api);
            Assert.Equal($"Bearer {Key}", Assert.Single(api.Gateway.Received).Authorization);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Paying_needs_its_own_scope()
    {
        using var answer = await PayAsync(_api, token: _api.Issuer.Issue(c => c["scope"] = "notes:read notes:write"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("scope=\"payments:write\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Empty(_api.Gateway.Received);
    }

    [Theory]
    [InlineData(0, "EUR", null)]
    [InlineData(-5, "EUR", null)]
    [InlineData(100_000_001, "EUR", null)]
    [InlineData(10, "eur", null)]
    [InlineData(10, "EURO", null)]
    [InlineData(10, null, null)]
    [InlineData(10, "EUR", "key with spaces")]
    public async Task A_payment_that_makes_no_sense_never_reaches_the_gateway(long amount, string? currency, string? key)
    {
        using var answer = await _api.SendAsync(HttpMethod.Post, "/v1/payments", _api.Issuer.Issue(), new { amount, currency }, key);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(_api.Gateway.Received);
    }

    private static Task<HttpResponseMessage> PayAsync(ApiHost api, string? key = null, string? token = null) =>
        api.SendAsync(HttpMethod.Post, "/v1/payments", token
            ?? api.Issuer.Issue(), new { amount = 1250, currency = "EUR", reference = "Order 7" }, key);
}
