using AuthServer.Configuration;

namespace AuthServer.Protocol.Details;

/// <summary>Rich authorization requests (RFC 9396).</summary>
public sealed class DetailTypeOptions : ICheckedSettings
{
    private const string Key = "AUTHORIZATION_DETAILS_TYPES";

    private DetailTypes _types = DetailTypes.None;

    /// <summary>
    /// The types of authorization_details that clients may ask for, as a JSON list, or in a file that AUTHORIZATION_DETAILS_TYPES_FILE
    /// names: each has a type, a JSON schema, and the words of the consent page by language. Absent: none.
    /// </summary>
    [Setting(Key, Cure = "a JSON list of types, as docs/clients.md describes them")]
    public string? Json { get; set; }

    public void Check(SettingProblems problems)
    {
        if (Json is null) return;
        var (types, fault) = DetailTypes.Read(Json);
        if (fault is null) _types = types;
        else problems.Add(Key, fault, "mend it as docs/clients.md describes");
    }

    /// <summary>After <see cref="Check"/> found no fault.</summary>
    public DetailTypes ToTypes() => _types;
}
