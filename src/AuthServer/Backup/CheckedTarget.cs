using System.Text;
using System.Xml;
using System.Xml.Linq;
using AuthServer.Backup.Databases;
using AuthServer.Backup.Format;
using AuthServer.Backup.Rows;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Keys;

namespace AuthServer.Backup;

/// <summary>Hands rows on, and looks at those that the configured secrets have to open.</summary>
internal sealed class CheckedTarget(IRestoreTarget target, SecretOptions secrets) : IRowTarget
{
    private const string Keys = "keys", DataProtectionKeys = "data_protection_keys";

    private readonly List<BackupTable> _tables = [];
    private readonly DataProtectionSealing _sealing = new(secrets);
    private readonly RingKeys _ring = new(secrets);
    private (int Rows, int Opened) _keys, _cookieKeys;

    public IRestoreTarget Target => target;

    public Task BeginAsync(BackupTable table, CancellationToken cancellation)
    {
        _tables.Add(table);
        return target.BeginAsync(table, cancellation);
    }

    public ValueTask AddAsync(ReadOnlyMemory<byte> row, CancellationToken cancellation)
    {
        var table = _tables[^1];
        if (table.Name == Keys) Count(ref _keys, OpensKey(Values(table, row.Span)));
        if (table.Name == DataProtectionKeys) Count(ref _cookieKeys, OpensCookieKey(Values(table, row.Span)));
        return target.AddAsync(row, cancellation);
    }

    public Task EndAsync(TableTotal total, CancellationToken cancellation) => target.EndAsync(total, cancellation);

    /// <summary>
    /// Keys of which none opens were sealed with another secret. A few that do not open are keys that a server goes on without.
    /// </summary>
    public void RequireSecrets()
    {
        var missing = new List<string>();
        if (_keys is { Rows: > 0, Opened: 0 })
            missing.Add("JWT_SECRET: does not open the signing keys in it; set it, or JWT_SECRET_PREVIOUS, to that of the server it is of");
        if (_cookieKeys is { Rows: > 0, Opened: 0 })
        {
            missing.Add("SECRET_KEY: does not open what is sealed in it (cookies, client secrets); " +
                "set it, or SECRET_KEY_PREVIOUS, to that of the server it is of");
        }

        if (missing.Count > 0) throw new StartRefusedException([.. missing, "Nothing was changed."]);
    }

    /// <summary>Reads every table back from the database, and compares count and digest.</summary>
    public async Task CompareAsync(IReadOnlyList<TableTotal> totals, CancellationToken cancellation)
    {
        foreach (var (table, total) in _tables.Zip(totals))
        {
            var sink = new RowSink(output: null);
            await target.ReadAsync(table, sink, cancellation);
            var there = sink.Digest.ToTotal(table.Name);
            if (there != total)
            {
                throw new BackupRefusedException(
                    BackupFault.BadContent,
                    $"The database does not hold in {table.Name} what was written ({there.Rows} rows of {total.Rows}).");
            }
        }
    }

    private static void Count(ref (int Rows, int Opened) count, bool opens) =>
        count = (count.Rows + 1, count.Opened + (opens ? 1 : 0));

    private bool OpensKey(Dictionary<string, byte[]> row) => _ring.Renew(new RingKey
    {
        Id = new Guid(row.GetValueOrDefault("id", new byte[16]), bigEndian: true),
        Kid = Encoding.UTF8.GetString(row.GetValueOrDefault("kid", [])),
        Algorithm = "",
        SealedKey = row.GetValueOrDefault("sealed_key", []),
    }).Opens;

    private bool OpensCookieKey(Dictionary<string, byte[]> row)
    {
        try
        {
            return _sealing.Opens(XElement.Parse(Encoding.UTF8.GetString(row.GetValueOrDefault("xml", []))));
        }
        catch (XmlException)
        {
            return false;
        }
    }

    private static Dictionary<string, byte[]> Values(BackupTable table, ReadOnlySpan<byte> row)
    {
        var values = new RowValues(row);
        var read = new Dictionary<string, byte[]>();
        foreach (var column in table.Columns)
        {
            if (values.Next(column.Type, out var value)) read[column.Name] = value.ToArray();
        }

        return read;
    }
}
