using System.Data.Common;

namespace KenshinOtp.Data;

/// <summary>The commands of one transaction, one for each statement: parsed once, executed for every row.</summary>
internal sealed class PreparedCommands(DbConnection connection, DbTransaction? transaction) : IDisposable
{
    private readonly Dictionary<Statement, DbCommand> _commands = [];

    public DbCommand For(Call call)
    {
        if (!_commands.TryGetValue(call.Statement, out var command))
            _commands[call.Statement] = command = Create(call.Statement);
        for (var i = 0; i < command.Parameters.Count; i++)
            command.Parameters[i].Value = call.Statement.Value(call.Row, i) ?? DBNull.Value;
        return command;
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
    }

    private DbCommand Create(Statement statement)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
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
