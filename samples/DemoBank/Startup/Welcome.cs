using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Bank.Profiles;

namespace KenshinOtp.DemoBank.Startup;

/// <summary>What the newcomer reads in the terminal: where to go.</summary>
internal static class Welcome
{
    public static async Task Write(TextWriter output, DemoOptions options)
    {
        await output.WriteLineAsync(
            $"""

              {All.Banks.Count}つの金融機関を開店しました。ブラウザで次を開いてください。
              The demo banks are open. Open these in a browser:

                銀行        banks      {options.BankUrl}
                メール      mailbox    {new Uri(options.BankUrl, "mailbox")}
                引き出し    drawer     {new Uri(options.BankUrl, "drawer")}
                職員画面    staff      {new Uri(options.ApiUrl, "staff")}
                API 仕様    API docs   {new Uri(options.ApiUrl, "openapi/v1.json")}

            {string.Join(Environment.NewLine, All.Banks.Select(Line))}

              ログインパスワードはどの利用者も「{BankProfile.Password}」(入力済み) です。
              The log-in password of every user is "{BankProfile.Password}"; it is filled in already.

              職員 / staff (9001):  {string.Join(", ", All.Banks.SelectMany(bank => bank.Staff).Select(clerk => clerk.Login))}
              初回パスワード / first password:  {Clerk.FirstPassword}

              データ / data:    {options.DataDirectory}
              終了 / stop:      Ctrl+C
              最初から / anew:  {DemoCommand.ResetOption}

            """);
        await output.FlushAsync();
    }

    private static string Line(BankProfile bank) => $"    {bank.Code}  {bank.Name}";
}
