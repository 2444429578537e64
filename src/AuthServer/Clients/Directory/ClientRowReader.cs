using System.Text.Json;
using AuthServer.Clients.Metadata;
using AuthServer.Data.Entities;

namespace AuthServer.Clients.Directory;

/// <summary>Reads a row that any program may have written: what cannot be used is told and never thrown at a request.</summary>
internal static class ClientRowReader
{
    /// <inheritdoc cref="RegisteredClient.Of"/>
    /// <returns>The client, or what is wrong with its row.</returns>
    public static (RegisteredClient? Client, string? Fault) Read(
        Client row, SecurityProfile fallback = SecurityProfile.OAuth21, Func<string, bool>? isStatementIssuer = null)
    {
        try
        {
            var client = RegisteredClient.Of(row, fallback, isStatementIssuer);
            var wrong = SigningAlgorithms.FaultsOf(client.IdTokenSignedResponseAlg, client.AccessTokenSignedResponseAlg).FirstOrDefault();
            return wrong is null ? (client, null) : (null, $"{wrong.Path} {wrong.Message}");
        }
        catch (Exception e) when (IsFaultOfJson(e))
        {
            return (null, FaultOf(e));
        }
    }

    /// <returns>The scope, or what is wrong with its row.</returns>
    public static (RegisteredScope? Scope, string? Fault) Read(Scope row)
    {
        try
        {
            return (RegisteredScope.Of(row), null);
        }
        catch (Exception e) when (IsFaultOfJson(e))
        {
            return (null, FaultOf(e));
        }
    }

    /// <summary>Whether a text was not JSON, or JSON of another shape.</summary>
    // JsonElement throws InvalidOperationException for a value of another kind, JsonWebKeySet ArgumentException.
    public static bool IsFaultOfJson(Exception e) => e is JsonException or InvalidOperationException or ArgumentException;

    private static string FaultOf(Exception e) => "a column does not hold the JSON that belongs there: " + e.Message;
}
