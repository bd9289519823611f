using KenshinOtp.DemoBank.Client;

namespace KenshinOtp.DemoBank.Bank;

/// <summary>What the centre's codes are called on the screens of one bank.</summary>
public sealed class TokenWords(BankProfile bank, InstitutionPolicy policy)
{
    private const string AskBranch = "お取引店へご連絡ください。";
    private const string RenewInApp = "アプリの『有効期限更新』を行ってから、もう一度お試しください。";

    /// <summary>The centre counts calls by the minute; a longer pause is that after wrong passwords.</summary>
    private static readonly TimeSpan LongestRush = TimeSpan.FromMinutes(1);

    private string WhoLifts => bank.HasRoles
        ? "管理者の方（ご本人を除く）が「管理」メニューで解除できます。管理者がほかにいないときは、" + AskBranch
        : AskBranch;

    /// <summary>Where to read a password.</summary>
    public string Device => bank.IssuesByMail ? "トークンアプリ" : "トークン";

    public string Status(Token? token) => token?.Status switch
    {
        null => bank.IssuesByMail ? "未発行" : "未登録",
        "issued" => "初期設定待ち",
        "activated" => "認証確認待ち",
        "unbound" => "未登録",
        "inUse" => "利用中",
        "suspended" => "事故設定中",
        "locked" => "ロック中",
        "expired" => "有効期限切れ",
        "revoked" => "失効",
        var other => other,
    };

    /// <summary>Why a password was not accepted and what to do about it.</summary>
    public Explanation Rejection(string? reason, int? remainingAttempts) => reason switch
    {
        "otp_mismatch" when remainingAttempts is 0 => Rejection("token_locked", remainingAttempts),
        "otp_mismatch" => new("ワンタイムパスワードが違います", $"{Device}に今表示されているパスワードを入力してください。") { Remaining = remainingAttempts, Field = "otp" },
        "otp_replayed" => new("このパスワードは一度使われています", $"パスワードは1回しか使えません。次のパスワードが表示されるまでお待ちください（最大{policy.Period}秒）。") { Field = "otp" },
        "token_locked" => new("トークンがロックされています", "続けて間違えたため、トークンを止めました。" + WhoLifts),
        "token_suspended" => new("トークンは事故設定中です", "紛失・盗難などのため止められています。" + WhoLifts),
        "token_expired" => new("トークンの有効期限が切れています", bank.IssuesByMail ? RenewInApp : $"トークンアプリをお使いの方は、{RenewInApp}ハードウェアトークンをお使いの方は、{AskBranch}"),
        "token_revoked" => new("トークンは失効しています", bank.IssuesByMail
            ? "お取引のホームから、もう一度トークンを発行してください。"
            : "お取引のホームから、別のトークンの『利用開始』を行ってください。"),
        "no_token" => new("トークンがまだありません", bank.IssuesByMail
            ? "お取引のホームから『トークン発行』を行ってください。"
            : "お取引のホームから『利用開始』を行ってください。"),
        "token_not_active" => new("トークンの利用開始が済んでいません", "メールのURLからの初期設定と『認証確認』を済ませてから、もう一度お試しください。"),
        "otp_not_required" => new("このお取引にワンタイムパスワードは不要です", "不要なお取引で入力を求める画面は、偽サイトの可能性があります。" + AskBranch),
        _ => new("認証できませんでした", AskBranch),
    };

    /// <summary>What a customer is told of an event of the centre.</summary>
    public Explanation Bulletin(string type) => type switch
    {
        Inbox.Phishing => new("偽サイトにご注意ください",
            "ワンタイムパスワードがいらない手続きで、お客さまのパスワードが入力されました。入力した画面は偽サイトの可能性があります。お心当たりがあるときは、すぐに" + AskBranch),
        Inbox.Unregistered => new("振込の限度額を下げました",
            $"ワンタイムパスワードをお使いでないため、1回の振込を{Words.Yen(Ledger.LimitWithoutToken)}までにしました。"
            + (policy.AsksFor("limitChange") ? "トークンの利用をもう一度始めると、「限度額変更」で戻せます。" : "戻すときは、" + AskBranch)),
        var other => throw new InvalidOperationException($"Nobody is told of '{other}'."),
    };

    /// <summary>Why the centre did not do what was asked for.</summary>
    public Explanation Refused(Refusal refusal) => refusal.Code switch
    {
        "invalid_otp" when refusal.Field == "currentOtp" => Of("今のトークン", refusal.Field, Rejection(refusal.Reason, refusal.RemainingAttempts)),
        "invalid_otp" when refusal.Field == "newOtp" => Of("新しいトークン", refusal.Field, Rejection(refusal.Reason, refusal.RemainingAttempts)),
        "invalid_otp" => Rejection(refusal.Reason, refusal.RemainingAttempts),
        "invalid_request" when refusal.Names("serial") || refusal.Names("newSerial") =>
            new("シリアル番号をお確かめください", "トークンに表示されている、または裏面に書かれている英数字を入力してください。") { Field = "serial" },
        "invalid_request" => new("入力内容をお確かめください", $"ワンタイムパスワードは、{policy.Digits}桁の数字で入力してください。")
        {
            Field = refusal.Fields.FirstOrDefault(field => field is "currentOtp" or "newOtp") ?? "otp",
        },
        "serial_unknown" => new("このシリアル番号のトークンはありません", "シリアル番号と、どの金融機関のトークンかをお確かめください。") { Field = "serial" },
        "serial_in_use" => new("このトークンはほかの方が利用中です", "別のトークンのシリアル番号を入力してください。") { Field = "serial" },
        "rate_limited" when refusal.RetryAfter > LongestRush =>
            new("しばらくお待ちください", $"続けて間違えたため、受付を止めています。{Words.Wait(refusal.RetryAfter.Value)}ほどたってから、もう一度お試しください。"),
        "rate_limited" => new("ただいま混み合っています", "1分ほどたってから、もう一度お試しください。"),
        "idempotency_key_reused" => new("画面の内容が古くなっています", "この画面から、もう一度入力してください。"),
        "invalid_transition" => new("この操作は、今のトークンの状態ではできません", bank.HasRoles ? "利用者一覧で最新の状態をご確認ください。" : "「管理」で最新の状態をご確認ください。"),
        "token_not_found" => new("トークンがありません", bank.HasRoles ? "利用者一覧で最新の状態をご確認ください。" : "お取引のホームから『利用開始』を行ってください。"),
        "not_administrator" => new("この操作は、ほかの管理者の方が行ってください", "ご本人の解除はできません。ほかに管理者がいないときは、" + AskBranch),
        "contract_not_found" or "user_not_found" => new("ワンタイムパスワードのご契約がありません", "ご契約が解約されている可能性があります。" + AskBranch),
        _ when refusal.MayPass => new("ただいま認証センタに接続できません", "しばらくたってから、もう一度お試しください。"),
        _ => new("お取り扱いできませんでした", $"お取引店へご連絡ください（{refusal.Code}）。"),
    };

    private static Explanation Of(string token, string field, Explanation explanation) =>
        explanation with { Title = $"{token}：{explanation.Title}", Field = explanation.Field is null ? null : field };
}
