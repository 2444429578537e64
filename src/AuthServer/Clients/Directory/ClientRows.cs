using System.Data.Common;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;

namespace AuthServer.Clients.Directory;

/// <summary>
/// Reads whole rows of clients, scopes and resources without EF Core: the directories do so every few seconds, and every start does.
/// </summary>
/// <remarks>A start that loads EF Core takes 0.5 s and 30 MB more; docs/performance.md has the figures.</remarks>
public sealed class ClientRows(SqlRunner sql)
{
    private const string Client =
        """
        SELECT id, client_id, client_secret, client_type, application_type, consent_type, display_name, display_names, json_web_key_set,
          permissions, requirements, redirect_uris, post_logout_redirect_uris, properties, settings, concurrency_token
        FROM clients WHERE client_id = @client
        """;

    private const string Redirects = "SELECT redirect_uris, properties FROM clients WHERE redirect_uris IS NOT NULL";

    private const string Scopes =
        "SELECT id, name, description, descriptions, display_name, display_names, properties, resources, concurrency_token FROM scopes";

    private const string Resources = "SELECT identifier, display_name, access_token_signed_response_alg FROM resources";

    private const string RenewSecret = "UPDATE clients SET client_secret = @new WHERE client_id = @client AND client_secret = @old";

    private const string Replace =
        """
        UPDATE clients SET client_type = @client_type, application_type = @application_type, consent_type = @consent_type,
          display_name = @display_name, json_web_key_set = @keys, permissions = @permissions, requirements = @requirements,
          redirect_uris = @redirects, post_logout_redirect_uris = @signed_out, properties = @properties, concurrency_token = @token
        WHERE id = @id AND concurrency_token = @former
        """;

    public ValueTask<Client?> FindAsync(string clientId, CancellationToken cancellationToken) =>
        sql.FirstAsync(Client, values => values.Add("client", clientId), ReadClient, cancellationToken);

    /// <summary>Replaces the stored form of a secret by another one of the same secret.</summary>
    public ValueTask<int> RenewSecretAsync(string clientId, string stored, string renewed, CancellationToken cancellationToken) =>
        sql.ExecuteAsync(
            RenewSecret, values => values.Add("client", clientId).Add("old", stored).Add("new", renewed), cancellationToken);

    /// <summary>Replaces what a row registers, unless somebody else has written it since.</summary>
    public ValueTask<int> ReplaceAsync(Client row, string? former, CancellationToken cancellationToken) => sql.ExecuteAsync(
        Replace,
        values => values.Add("client_type", row.ClientType).Add("application_type", row.ApplicationType)
            .Add("consent_type", row.ConsentType).Add("display_name", row.DisplayName).Add("keys", row.JsonWebKeySet)
            .Add("permissions", row.Permissions).Add("requirements", row.Requirements).Add("redirects", row.RedirectUris)
            .Add("signed_out", row.PostLogoutRedirectUris).Add("properties", row.Properties).Add("token", row.ConcurrencyToken)
            .Add("id", row.Id).Add("former", former),
        cancellationToken);

    /// <summary>Reads every client that has a redirect URI.</summary>
    /// <param name="read">
    /// What is kept of the columns <c>redirect_uris</c> and <c>properties</c>: with open registration there may be a million rows.
    /// </param>
    public ValueTask<List<T>> RedirectsAsync<T>(Func<string, string?, T> read, CancellationToken cancellationToken) =>
        sql.ListAsync(Redirects, SqlValues.None, row => read(row.GetString(0), row.Text(1)), cancellationToken);

    public ValueTask<List<Scope>> ScopesAsync(CancellationToken cancellationToken) =>
        sql.ListAsync(Scopes, SqlValues.None, ReadScope, cancellationToken);

    public ValueTask<List<RegisteredResource>> ResourcesAsync(CancellationToken cancellationToken) =>
        sql.ListAsync(
            Resources, SqlValues.None, static row => new RegisteredResource(row.GetString(0), row.Text(1), row.Text(2)), cancellationToken);

    private static Client ReadClient(DbDataReader row) => new()
    {
        Id = row.GetGuid(0),
        ClientId = row.Text(1),
        ClientSecret = row.Text(2),
        ClientType = row.Text(3),
        ApplicationType = row.Text(4),
        ConsentType = row.Text(5),
        DisplayName = row.Text(6),
        DisplayNames = row.Text(7),
        JsonWebKeySet = row.Text(8),
        Permissions = row.Text(9),
        Requirements = row.Text(10),
        RedirectUris = row.Text(11),
        PostLogoutRedirectUris = row.Text(12),
        Properties = row.Text(13),
        Settings = row.Text(14),
        ConcurrencyToken = row.Text(15),
    };

    private static Scope ReadScope(DbDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Name = row.Text(1),
        Description = row.Text(2),
        Descriptions = row.Text(3),
        DisplayName = row.Text(4),
        DisplayNames = row.Text(5),
        Properties = row.Text(6),
        Resources = row.Text(7),
        ConcurrencyToken = row.Text(8),
    };
}
