namespace KenshinOtp.DemoBank.Startup;

/// <summary>The files of the demo, and the lock that keeps a second demo away from them.</summary>
internal sealed class DemoDirectory : IDisposable
{
    private static readonly string[] Files = ["kenshin-otp.db", "kenshin-otp.db-wal", "kenshin-otp.db-shm", "bank.json", "api-key"];

    private static readonly (string Directory, string Pattern)[] Folders =
        [("mail", "*.eml"), (Path.Combine("keys", "http"), "key-*.xml"), ("keys", "master-*.key"), ("bank-keys", "key-*.xml")];

    private readonly string _path;
    private readonly FileStream _lock;

    private DemoDirectory(string path, FileStream lockFile) => (_path, _lock) = (path, lockFile);

    public string Database => Path.Combine(_path, Files[0]);

    public string Bank => Path.Combine(_path, "bank.json");

    public string Mail => Path.Combine(_path, "mail");

    public string CentreKeys => Path.Combine(_path, "keys");

    public string BankKeys => Path.Combine(_path, "bank-keys");

    private string ApiKeyFile => Path.Combine(_path, "api-key");

    /// <exception cref="DemoException">Another demo uses it, or it cannot be written.</exception>
    public static DemoDirectory Open(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return new DemoDirectory(path, new FileStream(Path.Combine(path, "demo.lock"), new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                Options = FileOptions.DeleteOnClose,
            }));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DemoException(
                $"{path} cannot be used ({e.Message}): choose another directory with {DemoCommand.DataOption}. / "
                + $"{DemoCommand.DataOption} で別のフォルダを指定してください。");
        }
    }

    /// <summary>Deletes what a demo wrote, by name; whatever else is there stays.</summary>
    public void Reset()
    {
        foreach (var file in Files)
            File.Delete(Path.Combine(_path, file));
        foreach (var (name, pattern) in Folders)
        {
            var folder = Path.Combine(_path, name);
            if (!Directory.Exists(folder))
                continue;
            foreach (var file in Directory.GetFiles(folder, pattern))
                File.Delete(file);
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
                Directory.Delete(folder);
        }
    }

    /// <returns>The API key of an earlier run, or null.</returns>
    public string? ReadApiKey() => File.Exists(ApiKeyFile) ? File.ReadAllText(ApiKeyFile).Trim() : null;

    /// <summary>Only the owner may read it, from the first byte on.</summary>
    public void WriteApiKey(string key)
    {
        File.Delete(ApiKeyFile);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(ApiKeyFile, options);
        writer.Write(key);
    }

    public void Dispose() => _lock.Dispose();
}
