using System.Text.Json;

namespace AuthServer.Users.Passwords.Foreign;

/// <summary>
/// A password credential of a realm that Keycloak exported, as JSON: longer than the column, so it is kept in the form of passlib or PHC.
/// </summary>
internal static class KeycloakCredential
{
    private const string Fault =
        "is not a password credential of Keycloak: an object with secretData and credentialData, which have value, salt, algorithm "
        + "(pbkdf2, pbkdf2-sha256, pbkdf2-sha512 or argon2) and hashIterations";

    /// <returns>Null for what is no JSON object.</returns>
    public static (string? Portable, string? Fault)? Rewrite(string text)
    {
        if (!text.StartsWith('{') || text.StartsWith("{SSHA", StringComparison.OrdinalIgnoreCase)) return null;
        try
        {
            using var document = JsonDocument.Parse(text, new() { MaxDepth = 8 });
            return Portable(document.RootElement) is { } portable ? (portable, null) : (null, Fault);
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, which is valid JSON and no text.
            return (null, Fault);
        }
    }

    private static string? Portable(JsonElement credential)
    {
        using var secret = Inner(credential, "secretData");
        using var data = Inner(credential, "credentialData");
        if (secret is null || data is null) return null;
        if (Text(data.RootElement, "algorithm") is not { } algorithm
            || !data.RootElement.TryGetProperty("hashIterations", out var count) || count.ValueKind != JsonValueKind.Number
            || !count.TryGetInt32(out var iterations)
            || HashText.Base64OrNull(Text(secret.RootElement, "salt") ?? "!") is not { } salt
            || HashText.Base64OrNull(Text(secret.RootElement, "value") ?? "!") is not { } value) return null;
        return algorithm switch
        {
            "pbkdf2" or "pbkdf2-sha256" or "pbkdf2-sha512" => Pbkdf2Hash.PasslibText(algorithm, iterations, salt, value),
            "argon2" when data.RootElement.TryGetProperty("additionalParameters", out var more) && First(more, "version") is "1.3" =>
                $"$argon2{First(more, "type")}$v=19$m={First(more, "memory")},t={iterations},p={First(more, "parallelism")}"
                + $"${HashText.Unpadded(salt)}${HashText.Unpadded(value)}",
            _ => null,
        };
    }

    /// <summary>The member, which an export writes as JSON within a text.</summary>
    private static JsonDocument? Inner(JsonElement credential, string member)
    {
        if (Text(credential, member) is not { } text) return null;
        var document = JsonDocument.Parse(text, new() { MaxDepth = 8 });
        if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
        document.Dispose();
        return null;
    }

    private static string? Text(JsonElement parent, string member) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>Keycloak keeps each of these as a list of one text.</summary>
    private static string? First(JsonElement parameters, string member) =>
        parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty(member, out var list)
            && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() == 1 && list[0].ValueKind == JsonValueKind.String
            ? list[0].GetString()
            : null;
}
