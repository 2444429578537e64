using Npgsql;

namespace AuthServer.IntegrationTests.Schema;

/// <summary>The tables as the specification writes them, and what the PostgreSQL catalog says of a schema.</summary>
public static class SpecifiedTables
{
    public const string Sql =
        """
        CREATE TABLE users (
            id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
            email VARCHAR(255) UNIQUE NOT NULL,
            password_hash VARCHAR(255) NOT NULL,
            first_name VARCHAR(100),
            last_name VARCHAR(100),
            created_at TIMESTAMP DEFAULT NOW(),
            updated_at TIMESTAMP DEFAULT NOW()
        );
        CREATE TABLE user_sessions (
            id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
            user_id UUID REFERENCES users(id) ON DELETE CASCADE,
            token_hash VARCHAR(255) NOT NULL,
            expires_at TIMESTAMP NOT NULL,
            created_at TIMESTAMP DEFAULT NOW()
        );
        CREATE INDEX idx_users_email ON users(email);
        CREATE INDEX idx_sessions_user_id ON user_sessions(user_id);
        CREATE INDEX idx_sessions_expires_at ON user_sessions(expires_at);
        """;

    private const string Tables = "('users', 'user_sessions')";

    /// <summary>Name, type with length, nullability and default of every column.</summary>
    public static Task<List<string>> ColumnsAsync(NpgsqlConnection connection, string schema) => ListAsync(connection, schema,
        $"""
        SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
          || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace = $1::regnamespace AND c.relname IN {Tables} AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY c.relname, a.attname
        """);

    /// <summary>PRIMARY KEY, UNIQUE and FOREIGN KEY constraints by their definition; the name is free.</summary>
    public static Task<List<string>> ConstraintsAsync(NpgsqlConnection connection, string schema) => ListAsync(connection, schema,
        $"""
        SELECT c.relname || ' ' || replace(pg_get_constraintdef(k.oid), $1 || '.', '')
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        WHERE c.relnamespace = $1::regnamespace AND c.relname IN {Tables} AND k.contype IN ('p', 'u', 'f') ORDER BY 1
        """);

    /// <summary>The indexes with their names, without those that carry a constraint.</summary>
    public static Task<List<string>> IndexesAsync(NpgsqlConnection connection, string schema) => ListAsync(connection, schema,
        $"""
        SELECT replace(pg_get_indexdef(i.indexrelid), $1 || '.', '')
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        WHERE c.relnamespace = $1::regnamespace AND c.relname IN {Tables}
          AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY 1
        """);

    private static async Task<List<string>> ListAsync(NpgsqlConnection connection, string schema, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync()) lines.Add(reader.GetString(0));
        return lines;
    }
}
