using System.Net;
using System.Net.Http.Headers;

namespace ResourceApi.Payments;

/// <summary>A payment as a caller asks for it, in minor units (cents).</summary>
public sealed record PaymentRequest(long? Amount, string? Currency, string? Reference)
{
    private const int LongestReference = 140;

    /// <summary>What is wrong, by member; null when nothing is.</summary>
    public Dictionary<string, string[]>? Problems()
    {
        var problems = new Dictionary<string, string[]>();
        if (Amount is not (> 0 and <= 100_000_000)) problems["amount"] = ["A whole number of minor units from 1 to 100000000."];
        if (Currency is not { Length: 3 } || !Currency.All(char.IsAsciiLetterUpper))
        {
            problems["currency"] = ["Three capital letters (ISO 4217), such as EUR."];
        }
        if (Reference?.Length > LongestReference) problems["reference"] = [$"At most {LongestReference} characters."];
        return problems.Count == 0 ? null : problems;
    }
}

/// <summary>How the gateway answered.</summary>
public abstract record GatewayAnswer
{
    private GatewayAnswer()
    {
    }

    public sealed record Accepted(string? Id) : GatewayAnswer;

    public sealed record Declined : GatewayAnswer;

    public sealed record Unavailable : GatewayAnswer;
}

/// <summary>Calls the payment gateway. A repeated call carries the same Idempotency-Key, so that a retry never pays twice.</summary>
public sealed partial class PaymentGateway(HttpClient client, ApiSettings settings, ILogger<PaymentGateway> log)
{
    public async Task<GatewayAnswer> PayAsync(PaymentRequest payment, string payer, string idempotencyKey, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.GatewayUrl)
        {
            Content = JsonContent.Create(
                new { amount = payment.Amount, currency = payment.Currency, reference = payment.Reference, payer }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.GatewayKey);
        request.Headers.Add("Idempotency-Key", idempotencyKey);
        try
        {
            using var response = await client.SendAsync(request, stop);
            if (response.IsSuccessStatusCode) return new GatewayAnswer.Accepted(await IdOfAsync(response, stop));
            LogRefused(log, (int)response.StatusCode);
            return response.StatusCode == HttpStatusCode.PaymentRequired ? new GatewayAnswer.Declined() : new GatewayAnswer.Unavailable();
        }
        catch (Exception error) when (error is HttpRequestException or Polly.ExecutionRejectedException
            || (error is OperationCanceledException && !stop.IsCancellationRequested))
        {
            LogUnreachable(log, error.GetType().Name);
            return new GatewayAnswer.Unavailable();
        }
    }

    private static async Task<string?> IdOfAsync(HttpResponseMessage response, CancellationToken stop)
    {
        try
        {
            return (await response.Content.ReadFromJsonAsync<Receipt>(stop))?.Id;
        }
        catch (Exception error) when (error is System.Text.Json.JsonException or NotSupportedException)
        {
            // It was accepted; only the receipt is not what we know.
            return null;
        }
    }

    private sealed record Receipt(string? Id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The payment gateway answered {Status}.")]
    private static partial void LogRefused(ILogger logger, int status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The payment gateway could not be reached ({Error}).")]
    private static partial void LogUnreachable(ILogger logger, string error);
}
