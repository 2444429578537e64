namespace AuthServer.Users.Providers;

/// <summary>The providers that this server is configured with.</summary>
public sealed class UpstreamProviders(IReadOnlyList<UpstreamProvider> all)
{
    /// <summary>In the order of the operator.</summary>
    public IReadOnlyList<UpstreamProvider> All { get; } = all;

    public UpstreamProvider? Find(string? name) => All.FirstOrDefault(provider => provider.Name == name);

    /// <summary>The provider of a connected sign-in; null when it is not configured any more.</summary>
    public UpstreamProvider? OfIssuer(string issuer) => All.FirstOrDefault(provider => provider.Knows(issuer));
}
