using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Backup.Databases;
using AuthServer.Backup.Format;
using AuthServer.Backup.Rows;

namespace AuthServer.UnitTests.Backup;

public sealed class RowFormTests
{
    [Theory]
    [InlineData("""{ "b" : 1, "a": [ true, null, "x" ] }""", """{"a":[true,null,"x"],"b":1}""")]
    [InlineData("""{"a":1,"a":2}""", """{"a":2}""")]
    [InlineData("""{"n":1.50e1}""", """{"n":15.0}""")]
    [InlineData("""[1e2,1E-2,-0,-0.0,0.10,12.5e1,-1.5E+2,1e0]""", """[100,0.01,0,0.0,0.10,125,-150,1]""")]
    [InlineData("\"\\u00e9\\/\"", "\"é/\"")]
    public void Equal_json_has_one_form(string text, string form) =>
        Assert.Equal(form, Encoding.UTF8.GetString(JsonForm.Of(Encoding.UTF8.GetBytes(text))!));

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("{} {}")]
    public void What_is_no_json_is_told(string text) => Assert.Null(JsonForm.Of(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("2026-11-29 04:14:06.1234567", "2026-11-29 04:14:06.123456")]
    [InlineData("2026-11-29 04:14:06", "2026-11-29 04:14:06")]
    [InlineData("2026-11-29 04:14:06.5", "2026-11-29 04:14:06.5")]
    [InlineData("1969-12-31 23:59:59.25", "1969-12-31 23:59:59.25")]
    [InlineData("0001-01-01 00:00:00", "0001-01-01 00:00:00")]
    [InlineData("2026-11-29T04:14:06Z", "2026-11-29 04:14:06")]
    public void A_time_is_read_and_written_as_the_driver_does(string text, string written)
    {
        var time = SqliteTime.Read(Encoding.UTF8.GetBytes(text))!.Value;
        var bytes = new byte[27];
        Assert.Equal(written, Encoding.UTF8.GetString(bytes, 0, SqliteTime.Write(time, bytes)));
        Assert.Equal(
            DateTime.Parse(written, CultureInfo.InvariantCulture), DateTime.UnixEpoch.AddTicks(10 * time), TimeSpan.FromTicks(1));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("2026-13-01 00:00:00")]
    [InlineData("2026-02-30 00:00:00")]
    public void What_is_no_time_is_told(string text) => Assert.Null(SqliteTime.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void The_digest_is_the_sum_of_the_hashes_in_any_order()
    {
        var rows = Enumerable.Range(0, 100).Select(i => Encoding.UTF8.GetBytes($"row {i}")).ToArray();
        var expected = BigInteger.Zero;
        foreach (var row in rows) expected += new BigInteger(SHA256.HashData(row), isUnsigned: true, isBigEndian: true);
        expected %= BigInteger.One << 256;
        var digest = new RowDigest();
        foreach (var row in rows.Reverse()) digest.Add(row);
        Assert.Equal(expected, new BigInteger(digest.ToBytes(), isUnsigned: true, isBigEndian: true));
        Assert.Equal(100, digest.Rows);
    }

    [Fact]
    public void A_row_with_other_values_than_its_columns_is_refused()
    {
        var row = new RowBuffer();
        row.AddNumber(7);
        row.AddNull();
        Assert.Equal(7, Read(row.Row, ColumnType.Number, ColumnType.Text));
        Assert.Throws<BackupRefusedException>(() => Read(row.Row, ColumnType.Uuid, ColumnType.Text));
        Assert.Throws<BackupRefusedException>(() => Read(row.Row, ColumnType.Number));
        Assert.Throws<BackupRefusedException>(() => Read(row.Row, ColumnType.Number, ColumnType.Text, ColumnType.Text));
    }

    [Fact]
    public void A_backup_goes_into_the_schema_of_its_migrations()
    {
        string[] own = ["1_Initial", "2_SqlClients", "3_JsonApi", "4_SeedMarks", "5_Resources"];
        Assert.Equal(["1_Initial"], SchemaPath.To(["Initial"], own));
        Assert.Equal(own[..3], SchemaPath.To(["Initial", "JsonApi"], own));
        Assert.Equal(own, SchemaPath.To(["Initial", "SqlClients", "JsonApi", "SeedMarks", "Resources"], own));
        Assert.Equal(
            BackupFault.NewerSchema,
            Assert.Throws<BackupRefusedException>(() => SchemaPath.To(["Initial", "JsonApi", "Tomorrow"], own)).Fault);
        Assert.Equal(
            BackupFault.BadContent, Assert.Throws<BackupRefusedException>(() => SchemaPath.To(["Initial", "Resources"], own)).Fault);
    }

    private static long Read(ReadOnlySpan<byte> row, params ColumnType[] types)
    {
        var values = new RowValues(row);
        long first = 0;
        for (var i = 0; i < types.Length; i++)
        {
            values.Next(types[i], out var value);
            if (i == 0) first = RowValues.NumberOf(value);
        }

        values.RequireEnd();
        return first;
    }
}
