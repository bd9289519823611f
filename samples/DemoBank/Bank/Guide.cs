using KenshinOtp.DemoBank.Client;

namespace KenshinOtp.DemoBank.Bank;

public enum StepState
{
    Later,
    Current,
    Done,
}

public sealed record GuideStep(string Id, string Title, string Hint, StepState State);

/// <summary>デモの進め方: the six steps of the story, ticked off by what the centre and the books say.</summary>
public static class Guide
{
    private static readonly (string Id, string Title, string Hint)[] Texts =
    [
        ("login", "ログイン", "山田 花子さんとして、デモ用の銀行に入ります。"),
        ("issue", "トークン発行", "携帯メールアドレス（何でもかまいません）と、利用開始パスワードを決めます。"),
        ("activate", "初期設定", "メールボックスに届いたURLを開き、サービスID・ユーザID・利用開始パスワードを入力します。"),
        ("confirm", "認証確認", "トークンアプリに表示されたパスワードを、銀行の画面に入力します。"),
        ("transfer", "振込", "振込の確認画面で、そのとき表示されているパスワードを入力します。"),
        ("replace", "機種変更", "「管理」のトークン管理で失効し、ホームからもう一度発行します。"),
    ];

    public static IReadOnlyList<GuideStep> BeforeLogin { get; } = Arrange([false, false, false, false, false, false]);

    public static IReadOnlyList<GuideStep> For(ContractUser user, IEnumerable<Transfer> transfers)
    {
        var own = transfers.Where(transfer => transfer.UserId == user.UserId).ToList();
        var replaced = user.Token is { Status: "revoked" } || own.Exists(transfer => transfer.Serial != user.Token?.Serial);
        return Arrange(
        [
            true,
            user.NextStep is "activate" or "confirm" or "none",
            user.NextStep is "confirm" or "none",
            user.NextStep is "none",
            own.Count > 0,
            replaced,
        ]);
    }

    private static IReadOnlyList<GuideStep> Arrange(bool[] done)
    {
        var current = Array.IndexOf(done, false);
        return [.. Texts.Select((text, i) => new GuideStep(text.Id, text.Title, text.Hint, StateOf(i)))];

        StepState StateOf(int i) => done[i] ? StepState.Done : i == current ? StepState.Current : StepState.Later;
    }
}
