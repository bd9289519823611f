#pragma warning disable RS0030 // a key press that is not shown is the console's own matter
using System.Text;

namespace KenshinOtp.Worker.Commands;

/// <summary>What somebody types at the terminal.</summary>
internal static class Keyboard
{
    /// <summary>Asks for a secret, which is not shown while it is typed.</summary>
    /// <returns>Null if nobody sits there.</returns>
    /// <exception cref="OperationCanceledException">Whoever sits there ends the command instead.</exception>
    public static string? Ask(string question, CancellationToken ct)
    {
        if (Console.IsInputRedirected || Console.IsErrorRedirected)
            return null;
        Console.Error.Write(question);
        var typing = Task.Run(Type, CancellationToken.None); // the console's own wait for a key cannot be ended
        try
        {
            typing.Wait(ct);
            return typing.Result;
        }
        finally
        {
            Console.Error.WriteLine();
        }
    }

    private static string Type()
    {
        var typed = new StringBuilder();
        for (ConsoleKeyInfo key; (key = Console.ReadKey(intercept: true)).Key != ConsoleKey.Enter;)
        {
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }

        return typed.ToString();
    }
}
