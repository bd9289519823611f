using System.CommandLine;
using System.Globalization;

namespace KenshinOtp.DemoBank.Startup;

/// <summary>The command line of the demo.</summary>
internal static class DemoCommand
{
    public const string ApiPortOption = "--api-port", BankPortOption = "--bank-port", DataOption = "--data", ResetOption = "--reset";

    public static RootCommand Create()
    {
        var apiPort = Port(ApiPortOption, 5080, "Port of the one-time-password centre");
        var bankPort = Port(BankPortOption, 5090, "Port of the demo banks");
        Option<string> data = new(DataOption) { Description = "Directory of the demo's data", DefaultValueFactory = _ => Path.Combine("data", "demo") };
        Option<bool> reset = new(ResetOption) { Description = "Deletes what an earlier demo left in that directory and starts anew" };
        var root = new RootCommand("KenshinOtp demo: three made-up banks in the browser, with the one-time-password centre behind them.")
        {
            apiPort, bankPort, data, reset,
        };
        root.SetAction((parsed, ct) =>
        {
            var options = new DemoOptions(
                parsed.GetValue(apiPort), parsed.GetValue(bankPort), Path.GetFullPath(parsed.GetRequiredValue(data)), parsed.GetValue(reset));
            return Demo.Run(options, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, ct);
        });
        return root;
    }

    private static Option<int> Port(string name, int usual, string description)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var port) && port is < 1 or > 65535)
                result.AddError($"{name} must be 1 to 65535.");
        });
        return option;
    }
}
