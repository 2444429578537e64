using AuthServer.Pages;
using AuthServer.Ui.Accounts.SignIn;
using AuthServer.Users.Providers;

namespace AuthServer.Accounts.SignIn;

/// <summary>The buttons of other providers on a page.</summary>
internal static class UpstreamButtons
{
    /// <summary>Names a provider in an authorization request: the person is sent there at once.</summary>
    private const string Parameter = "identity_provider";

    public static UpstreamWaysModel? Of(HttpContext http) => Of(http, ProvidersOf(http).All);

    /// <summary>For people who have no account yet.</summary>
    public static UpstreamWaysModel? OfNewPeople(HttpContext http) =>
        Of(http, ProvidersOf(http).All.Where(provider => provider.CreateAccounts));

    /// <summary>Whether the app names a provider of this server.</summary>
    public static bool IsAskedFor(HttpContext http, ReturnAddress? returnTo) => AskedFor(http, returnTo) is not null;

    /// <inheritdoc cref="IsAskedFor"/>
    public static UpstreamProvider? AskedFor(HttpContext http, ReturnAddress? returnTo) =>
        returnTo?.Asked(http, Parameter) is { } name ? ProvidersOf(http).Find(name) : null;

    private static UpstreamWaysModel? Of(HttpContext http, IEnumerable<UpstreamProvider> providers)
    {
        UpstreamWay[] ways = [.. providers.Select(provider => new UpstreamWay(provider.Name, provider.Label, WasLast: false))];
        if (ways.Length == 0) return null;
        var last = http.RequestServices.GetRequiredService<LastWayCookie>().ReadProvider(http);
        return new([.. ways.Select(way => way with { WasLast = way.Name == last })]);
    }

    private static UpstreamProviders ProvidersOf(HttpContext http) => http.RequestServices.GetRequiredService<UpstreamProviders>();
}
