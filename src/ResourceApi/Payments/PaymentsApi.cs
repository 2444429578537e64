using System.Security.Claims;

namespace ResourceApi.Payments;

/// <summary>The sample of a call to another service with a key that the caller never sees.</summary>
public static class PaymentsApi
{
    private const int LongestKey = 128;
    private const int LargestAnswer = 64 * 1024;

    public static void AddPayments(this IServiceCollection services) =>
        // Standard pipeline: a bound on attempts and time, back-off with jitter, and a circuit that opens on a failing gateway.
        services.AddHttpClient<PaymentGateway>(client => client.MaxResponseContentBufferSize = LargestAnswer)
            // A redirect would take the payment, and perhaps the key, to an address that is not configured.
            .ConfigurePrimaryHttpMessageHandler(
                () => new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
            .AddStandardResilienceHandler(options =>
            {
                // A person waits for the answer.
                options.Retry.MaxRetryAttempts = 2;
                options.Retry.Delay = TimeSpan.FromMilliseconds(250);
                options.AttemptTimeout.Timeout = TimeSpan.FromSeconds(5);
                options.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(15);
            });

    public static void MapPayments(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/payments", PayAsync).RequireScope(ScopePolicies.PaymentsWrite)
            .AddEndpointFilter<RouteHandlerBuilder, RecentSignIn>();

    private static async Task<IResult> PayAsync(
        PaymentRequest body, ClaimsPrincipal caller, HttpContext http, PaymentGateway gateway, ApiSettings settings, CancellationToken stop)
    {
        if (body.Problems() is { } problems) return Results.ValidationProblem(problems);
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length > LongestKey || key.Any(c => c is < '!' or > '~'))
        {
            return Results.ValidationProblem(
                new Dictionary<string, string[]> { ["Idempotency-Key"] = [$"At most {LongestKey} visible ASCII characters."] });
        }

        if (Missing(settings) is { } missing)
        {
            return Problem(StatusCodes.Status503ServiceUnavailable, $"Payments are not set up: set {missing} and start the API again.");
        }

        // Keys of different callers never meet at the gateway.
        var payer = caller.FindFirst("sub")!.Value;
        var scoped = $"{payer}:{(key.Length > 0 ? key : Guid.CreateVersion7().ToString())}";
        return await gateway.PayAsync(body, payer, scoped, stop) switch
        {
            GatewayAnswer.Accepted accepted =>
                Results.Json(new { id = accepted.Id, status = "accepted" }, statusCode: StatusCodes.Status201Created),
            GatewayAnswer.Declined => Problem(StatusCodes.Status402PaymentRequired, "The payment was declined."),
            _ => Problem(StatusCodes.Status502BadGateway, "The payment gateway does not answer. Try again with the same Idempotency-Key."),
        };
    }

    private static string? Missing(ApiSettings settings) => (settings.GatewayUrl, settings.GatewayKey) switch
    {
        (null, null or "") => "PAYMENT_GATEWAY_URL and PAYMENT_GATEWAY_KEY",
        (null, _) => "PAYMENT_GATEWAY_URL",
        (_, null or "") => "PAYMENT_GATEWAY_KEY",
        _ => null,
    };

    private static IResult Problem(int status, string detail) => Results.Problem(statusCode: status, detail: detail);
}
