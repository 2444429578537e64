using System.Data;
using System.Data.Common;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace AuthServer.Keys;

/// <summary>Keeps the data protection keys in their table, without EF Core.</summary>
/// <remarks>
/// ASP.NET Core data protection asks synchronously, about once a day and when a cookie is first opened. This may be on the
/// renderer of pages, where blocking on an asynchronous call would deadlock. So these few calls are synchronous down to the driver.
/// A key that does not open is left out here: ASP.NET Core would try it ten times and log a stack trace for each.
/// </remarks>
public sealed partial class DataProtectionRows(
    DbDataSource source, DataProtectionSealing sealing, ILogger<DataProtectionRows> log) : IXmlRepository
{
    private bool _told;

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = source.OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT xml FROM data_protection_keys WHERE xml IS NOT NULL";
        using var rows = command.ExecuteReader();
        var keys = new List<XElement>();
        var lost = 0;
        while (rows.Read())
        {
            var key = XElement.Parse(rows.GetString(0));
            if (sealing.Opens(key)) keys.Add(key);
            else lost++;
        }

        if (lost > 0 && !_told) LogLost(log, lost);
        _told |= lost > 0;
        return keys;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var connection = source.OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO data_protection_keys (friendly_name, xml) VALUES (@name, @xml)";
        Add("name", friendlyName);
        Add("xml", sealing.Bind(element).ToString(SaveOptions.DisableFormatting));
        command.ExecuteNonQuery();

        void Add(string name, string value)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.DbType, parameter.Value) = (name, DbType.String, value);
            command.Parameters.Add(parameter);
        }
    }

    /// <summary>Whether there are sealed keys, and none of them was sealed with a configured secret.</summary>
    /// <remarks>It looks at the marks alone: a start loads no reader of XML for it.</remarks>
    public bool AreAllForeign()
    {
        using var connection = source.OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT xml FROM data_protection_keys WHERE xml IS NOT NULL";
        using var rows = command.ExecuteReader();
        var any = false;
        while (rows.Read())
        {
            if (sealing.IsMarked(rows.GetString(0)) is not { } isMarked) continue;
            if (isMarked) return false;
            any = true;
        }

        return any;
    }

    /// <summary>Whether there is any key yet. Data protection itself replaces a key that expires.</summary>
    public bool Any()
    {
        using var connection = source.OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM data_protection_keys LIMIT 1";
        return command.ExecuteScalar() is not null;
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Count} key(s) of cookies and forms do not open with SECRET_KEY, so people sign in again: "
            + "give the former value as SECRET_KEY_PREVIOUS.")]
    private static partial void LogLost(ILogger logger, int count);
}
