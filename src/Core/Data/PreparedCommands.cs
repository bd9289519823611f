using System.Data.Common;

namespace KenshinOtp.Data;

/// <summary>
/// The commands of one connection, one for each statement: made once, executed for every row. SQLite's driver keeps with a command what it has parsed. They end
/// with the connection.
/// </summary>
internal sealed class PreparedCommands(DbConnection connection)
{
    private readonly Dictionary<Statement, DbCommand> _commands = [];

    public DbCommand For(Call call, DbTransaction? transaction)
    {
        if (!_commands.TryGetValue(call.Statement, out var command))
            _commands[call.Statement] = command = Create(call.Statement);
        command.Transaction = transaction;
        for (var i = 0; i < command.Parameters.Count; i++)
            command.Parameters[i].Value = call.Statement.Value(call.Row, i) ?? DBNull.Value;

        return command;
    }

    private DbCommand Create(Statement statement)
    {
        var command = connection.CreateCommand();
        command.CommandText = statement.Text;
        foreach (var (name, type) in statement.Parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            parameter.DbType = type;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
