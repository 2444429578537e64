using AuthServer.Clients.Certificates;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Documents;
using AuthServer.Clients.OpenIddict;
using AuthServer.Clients.Profiles;
using AuthServer.Clients.Registration;
using AuthServer.Clients.Secrets;
using AuthServer.Data.Changes;
using AuthServer.Data.Entities;
using AuthServer.Data.Starting;
using AuthServer.Outbound;

namespace AuthServer.Clients;

public static class ClientsSetup
{
    /// <summary>Registers the directories of clients, scopes and resources, and the start-up step that makes the built-in ones.</summary>
    public static IServiceCollection AddClients(this IServiceCollection services)
    {
        services.AddSingleton<ClientRows>();
        services.AddSingleton<ClientSecrets>();
        services.AddSingleton<ClientAuthorities>();
        services.AddSingleton<CertificateProof>();
        services.AddSingleton<ClientDocuments>();
        services.AddSingleton(provider => new ClientDirectory(
            provider.GetRequiredService<ClientRows>(), provider.GetRequiredService<ClientSecrets>(),
            provider.GetRequiredService<SecurityProfileOptions>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ClientDirectory>>(),
            // Not made before the first of them is asked for: most servers have none.
            (clientId, isKept) => provider.GetRequiredService<ClientDocuments>().FindAsync(clientId, isKept),
            provider.GetRequiredService<SoftwareStatementOptions>().Issuers.ContainsKey));
        services.AddScoped<DocumentRows>();
        services.AddSingleton(provider => new ClientTrust(
            provider.GetRequiredService<ClientTrustOptions>(), provider.GetRequiredService<SafeHttp>(),
            provider.GetRequiredService<ClientDocumentOptions>().Names));
        services.AddSingleton<ClientKeys>();
        services.AddSingleton<ClientEnvelopes>();
        services.AddSingleton<ClientSubjects>();
        services.AddSingleton<ClientSectors>();
        services.AddScoped<ListedClients>();
        services.AddSingleton<ScopeDirectory>();
        services.AddSingleton<ClientOrigins>();
        services.AddScoped<BuiltIns>();
        services.AddScoped<SecretRotation>();
        services.AddScoped<InitialTokens>();
        services.AddScoped<ResourceRegistration>();
        services.AddSingleton(KeptRows.Of<ClientDirectory>(KeptTables.Clients, clients => clients.ForgetAll()));
        services.AddSingleton(KeptRows.Of<ClientOrigins>(KeptTables.Clients, origins => origins.Forget()));
        services.AddSingleton(KeptRows.Of<ScopeDirectory>(KeptTables.Scopes, scopes => scopes.Forget()));
        services.AddSingleton(KeptRows.Of<ScopeDirectory>(KeptTables.Resources, scopes => scopes.Forget()));
        services.AddSingleton(new StartupStep("built-in client and scopes", (provider, cancellation) =>
            provider.GetRequiredService<BuiltIns>().ApplyAsync(cancellation)));
        return services;
    }

    /// <summary>Lets OpenIddict take clients and scopes from the directories, and check secrets in our form.</summary>
    public static OpenIddictCoreBuilder UseClientCache(this OpenIddictCoreBuilder core)
    {
        return core
            .ReplaceApplicationStore<Client, CachedClientStore>()
            .ReplaceApplicationManager<Client, ClientApplications>()
            .ReplaceScopeStore<Scope, CachedScopeStore>();
    }
}
