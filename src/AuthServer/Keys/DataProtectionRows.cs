using System.Xml.Linq;
using AuthServer.Data;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace AuthServer.Keys;

/// <summary>Keeps the data protection keys in their table, past the object mapper.</summary>
public sealed class DataProtectionRows(DirectSql sql) : IXmlRepository
{
    // The framework asks synchronously, about once a day.
    public IReadOnlyCollection<XElement> GetAllElements() =>
        sql.ListAsync("SELECT xml FROM data_protection_keys WHERE xml IS NOT NULL", DirectParameters.None, row => XElement.Parse(row.GetString(0)), CancellationToken.None)
            .AsTask().GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName)
    {
        ArgumentNullException.ThrowIfNull(element);
        _ = sql.ExecuteAsync(
            "INSERT INTO data_protection_keys (friendly_name, xml) VALUES (@name, @xml)",
            values => values.Add("name", friendlyName).Add("xml", element.ToString(SaveOptions.DisableFormatting)), CancellationToken.None)
            .AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Whether there is any key yet; an old one is replaced in use, when its time comes.</summary>
    public async Task<bool> AnyAsync(CancellationToken cancellationToken) =>
        (await sql.ListAsync("SELECT id FROM data_protection_keys LIMIT 1", DirectParameters.None, row => row.GetInt32(0), cancellationToken)).Count > 0;
}
