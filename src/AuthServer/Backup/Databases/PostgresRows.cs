using System.Buffers;
using System.Buffers.Binary;
using AuthServer.Backup.Format;
using AuthServer.Backup.Rows;
using Npgsql;

namespace AuthServer.Backup.Databases;

/// <summary>Rows in PostgreSQL's own binary form (COPY ... FORMAT binary), which needs no conversion of single values.</summary>
/// <remarks>https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".</remarks>
internal static class PostgresRows
{
    // PostgreSQL counts from 2000, and has two infinite times.
    private const long Epoch = 946_684_800_000_000;
    private const byte JsonVersion = 1;
    private const int HeaderSize = 19;

    /// <summary>Hands every row of a table to the sink.</summary>
    public static async Task ReadAsync(NpgsqlConnection connection, BackupTable table, RowSink sink, CancellationToken cancellation)
    {
        await using var stream = await connection.BeginRawBinaryCopyAsync(
            $"COPY {BackupTables.Quote(table.Name)} ({BackupTables.Columns(table)}) TO STDOUT (FORMAT binary)", cancellation);
        var reader = new Window(stream);
        await reader.RequireAsync(HeaderSize, cancellation);
        var extension = BinaryPrimitives.ReadInt32BigEndian(reader.Rest[(HeaderSize - sizeof(int))..]);
        reader.Take(HeaderSize);
        await reader.RequireAsync(extension, cancellation);
        reader.Take(extension);
        while (true)
        {
            await reader.RequireAsync(sizeof(short), cancellation);
            if (BinaryPrimitives.ReadInt16BigEndian(reader.Rest) < 0) return;
            var used = 0;
            while ((used = TryRead(reader.Rest, table, sink.Row)) == 0)
            {
                sink.Row.Clear();
                await reader.RequireAsync(reader.Rest.Length + 1, cancellation);
            }

            reader.Take(used);
            if (sink.End()) await sink.FlushAsync(cancellation);
        }
    }

    /// <summary>Writes one row as COPY takes it.</summary>
    /// <param name="sizes">Of the integers among the columns: 2, 4 or 8 bytes.</param>
    public static void Write(ReadOnlySpan<byte> row, BackupTable table, int[] sizes, ArrayBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteInt16BigEndian(output.GetSpan(sizeof(short)), (short)table.Columns.Count);
        output.Advance(sizeof(short));
        var values = new RowValues(row);
        for (var i = 0; i < sizes.Length; i++)
        {
            var type = table.Columns[i].Type;
            if (!values.Next(type, out var value))
            {
                WriteLength(output, -1);
                continue;
            }

            switch (type)
            {
                case ColumnType.Number:
                    WriteInteger(output, RowValues.NumberOf(value), sizes[i], table, i);
                    break;
                case ColumnType.Time:
                    WriteLength(output, sizeof(long));
                    var time = RowValues.NumberOf(value);
                    BinaryPrimitives.WriteInt64BigEndian(
                        output.GetSpan(sizeof(long)), time is long.MinValue or long.MaxValue ? time : time - Epoch);
                    output.Advance(sizeof(long));
                    break;
                case ColumnType.Json:
                    WriteLength(output, value.Length + 1);
                    output.GetSpan(1)[0] = JsonVersion;
                    output.Advance(1);
                    output.Write(value);
                    break;
                default:
                    WriteLength(output, value.Length);
                    output.Write(value);
                    break;
            }
        }

        values.RequireEnd();
    }

    public static void WriteHeader(ArrayBufferWriter<byte> output)
    {
        var header = output.GetSpan(HeaderSize);
        header[..HeaderSize].Clear();
        "PGCOPY\n"u8.CopyTo(header);
        header[7] = 0xFF;
        "\r\n"u8.CopyTo(header[8..]);
        output.Advance(HeaderSize);
    }

    public static void WriteTrailer(ArrayBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteInt16BigEndian(output.GetSpan(sizeof(short)), -1);
        output.Advance(sizeof(short));
    }

    /// <returns>The bytes of the row; 0: it is not all there yet.</returns>
    private static int TryRead(ReadOnlySpan<byte> bytes, BackupTable table, RowBuffer row)
    {
        var at = sizeof(short);
        foreach (var column in table.Columns)
        {
            if (bytes.Length < at + sizeof(int)) return 0;
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);
            at += sizeof(int);
            if (length < 0)
            {
                row.AddNull();
                continue;
            }

            if (bytes.Length < at + length) return 0;
            var value = bytes.Slice(at, length);
            at += length;
            switch (column.Type)
            {
                case ColumnType.Number:
                    row.AddNumber(length switch
                    {
                        sizeof(short) => BinaryPrimitives.ReadInt16BigEndian(value),
                        sizeof(int) => BinaryPrimitives.ReadInt32BigEndian(value),
                        _ => BinaryPrimitives.ReadInt64BigEndian(value),
                    });
                    break;
                case ColumnType.Time:
                    var time = BinaryPrimitives.ReadInt64BigEndian(value);
                    row.AddTime(time is long.MinValue or long.MaxValue ? time : time + Epoch);
                    break;
                case ColumnType.Json:
                    row.AddBytes(JsonForm.Of(value[1..]) ?? throw new InvalidDataException($"{table.Name}.{column.Name} is no JSON."));
                    break;
                default:
                    row.AddBytes(value);
                    break;
            }
        }

        return at;
    }

    private static void WriteInteger(
        ArrayBufferWriter<byte> output, long value, int size, BackupTable table, int column)
    {
        var fits = size switch { sizeof(short) => value is >= short.MinValue and <= short.MaxValue,
            sizeof(int) => value is >= int.MinValue and <= int.MaxValue, _ => true };
        if (!fits)
        {
            throw new BackupRefusedException(
                BackupFault.BadContent, $"{table.Name}.{table.Columns[column].Name} holds {value}, which PostgreSQL has no room for.");
        }

        WriteLength(output, size);
        var span = output.GetSpan(size);
        if (size == sizeof(short)) BinaryPrimitives.WriteInt16BigEndian(span, (short)value);
        else if (size == sizeof(int)) BinaryPrimitives.WriteInt32BigEndian(span, (int)value);
        else BinaryPrimitives.WriteInt64BigEndian(span, value);
        output.Advance(size);
    }

    private static void WriteLength(ArrayBufferWriter<byte> output, int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), length);
        output.Advance(sizeof(int));
    }

    /// <summary>The bytes of a stream that are in memory.</summary>
    private sealed class Window(Stream stream)
    {
        private byte[] _bytes = new byte[1 << 17];
        private int _start, _end;

        public ReadOnlySpan<byte> Rest => _bytes.AsSpan(_start, _end - _start);

        public void Take(int count) => _start += count;

        public async ValueTask RequireAsync(int count, CancellationToken cancellation)
        {
            while (_end - _start < count)
            {
                if (_start > 0)
                {
                    Rest.CopyTo(_bytes);
                    (_start, _end) = (0, _end - _start);
                }

                if (_end == _bytes.Length) Array.Resize(ref _bytes, 2 * _bytes.Length);
                var read = await stream.ReadAsync(_bytes.AsMemory(_end), cancellation);
                if (read == 0) throw new EndOfStreamException("PostgreSQL ended a table early.");
                _end += read;
            }
        }
    }
}
