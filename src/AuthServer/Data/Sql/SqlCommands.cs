using System.Data.Common;

namespace AuthServer.Data.Sql;

/// <summary>The command of one statement with its values.</summary>
internal static class SqlCommands
{
    public static DbCommand Make(DbConnection connection, DbTransaction? transaction, string sql, Action<SqlValues> values)
    {
        DbCommand command;
        if (connection is KeptConnection kept)
        {
            command = kept.CommandOf(sql);
            SqlValues.Fill(command.Parameters, sql, values);
        }
        else
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are constants; values travel as parameters.
            command.CommandText = SqlValues.Fill(command.Parameters, sql, values);
#pragma warning restore CA2100
        }

        command.Transaction = transaction;
        return command;
    }
}
