using System.Security.Authentication;
using AuthServer.Data.Tls;
using Npgsql;

namespace AuthServer.Data.Connection;

/// <summary>Why PostgreSQL could not be used, in words that an operator can act on.</summary>
public static class ConnectionFailure
{
    // PostgreSQL documentation, Message Formats: its length and a number; the server answers with one letter.
    private static readonly byte[] SslRequest = [0, 0, 0, 8, 4, 210, 22, 47];

    /// <returns>Null when the error is a fault of ours and deserves its stack trace.</returns>
    public static string? Of(NpgsqlException e, NpgsqlConnectionStringBuilder postgres) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => "the database does not exist; create it",
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword } =>
            "the database refuses the user or the password; check both",
        // Also a missing certificate, or one for another user: the server's own words, which name no password, tell them apart.
        PostgresException { SqlState: PostgresErrorCodes.InvalidAuthorizationSpecification } =>
            $"the database refuses the user or the password; check both, pg_hba.conf there, and the certificate of this server "
                + $"(sslcert, sslkey). It says: {e.Message}",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
            "the user may not create tables here; grant it CREATE on the schema",
        PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections } =>
            "the database takes no connections now; try again",
        PostgresException other => DatabaseFault.OfPooler(other),
        { InnerException: AuthenticationException } when PostgresUrl.Trust(postgres) is { } trust =>
            "the TLS certificate of the database cannot be verified: "
                + (Certificate(postgres, trust).Look().Wrong ?? "it was good a moment later; try again"),
        // The database ended the connection: most often because of the certificate of this server.
        { InnerException: IOException } when PostgresUrl.Trust(postgres) is { } trust
            && Certificate(postgres, trust).Look().Wrong is { } wrong => $"no connection by TLS to the database: {wrong}",
        // Npgsql has asked for TLS and the server has declined: nothing below it failed.
        { InnerException: null } when postgres.SslMode is SslMode.Require or SslMode.VerifyCA or SslMode.VerifyFull =>
            "the database server offers no TLS (SSL), which sslmode asks for; turn TLS on there, "
                + "or use sslmode=prefer on a network that you trust",
        _ => "the database cannot be reached; check host, port and sslmode, and that it runs",
    };

    /// <summary>For a look at the certificate of the database.</summary>
    internal static PeerCertificate Certificate(NpgsqlConnectionStringBuilder postgres, TlsTrust trust) =>
        new(PostgresUrl.FirstHost(postgres).Host, PostgresUrl.FirstHost(postgres).Port, trust, static stream =>
        {
            stream.Write(SslRequest);
            return stream.ReadByte() == 'S';
        });
}
