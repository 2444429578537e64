namespace ResourceApi.Payments;

/// <summary>
/// Lets a call pass whose person has signed in lately enough, and in a way that is good enough; otherwise it says which sign-in is needed
/// (RFC 9470 section 3).
/// </summary>
public sealed class RecentSignIn(ApiSettings settings, TimeProvider time) : IEndpointFilter
{
    /// <summary>The clock of the authorization server may differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var user = context.HttpContext.User;
        if (IsRecent(user.FindFirst("auth_time")?.Value) && IsGoodEnough(user.FindFirst("acr")?.Value)) return await next(context);
        await Challenges.AskForSignInAsync(context.HttpContext, settings.PaymentAcrValues, settings.PaymentMaxAge);
        return Results.Empty;
    }

    // A token that does not say when the person signed in proves nothing about it.
    private bool IsRecent(string? authTime) => settings.PaymentMaxAge is not { } longest
        || (long.TryParse(authTime, out var seconds) && time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds) <= longest + Skew);

    private bool IsGoodEnough(string? acr) =>
        settings.PaymentAcrValues.Count == 0 || (acr is not null && settings.PaymentAcrValues.Contains(acr));
}
