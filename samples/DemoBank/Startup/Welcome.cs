using KenshinOtp.DemoBank.Bank;

namespace KenshinOtp.DemoBank.Startup;

/// <summary>What the newcomer reads in the terminal: where to go, and who to be.</summary>
internal static class Welcome
{
    public static async Task Write(TextWriter output, DemoOptions options)
    {
        await output.WriteLineAsync(
            $"""

              {Centre.InstitutionName} を開店しました。ブラウザで次を開いてください。
              The demo bank is open. Open these in a browser:

                銀行        bank       {options.BankUrl}
                メール      mailbox    {new Uri(options.BankUrl, "mailbox")}
                API 仕様    API docs   {new Uri(options.ApiUrl, "openapi/v1.json")}

              ログイン: {Customers.All[0].Name} さん (管理者) を選び、パスワードは「{Customers.Password}」(入力済み) です。
              Log in:  choose 山田 花子 (administrator); the password "{Customers.Password}" is filled in already.

              データ / data:    {options.DataDirectory}
              終了 / stop:      Ctrl+C
              最初から / anew:  {DemoCommand.ResetOption}

            """);
        await output.FlushAsync();
    }
}
