using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace KenshinOtp.Security;

/// <summary>
/// Master keys as files <c>master-NNNN.key</c> (32 random bytes, base64) in a directory that only the service may read.
/// The first key is made when something is first to be sealed, and not when the program starts: a directory may be empty because it was not mounted, and a database that has its
/// keys elsewhere must not get another one here. A file that is brought later is found when its key is first asked for.
/// </summary>
public sealed class FileKeyRing : IKeyRing
{
    private const int KeyBytes = 32;
    private const string Prefix = "master-", Suffix = ".key";

    private readonly string _directory;
    private readonly ConcurrentDictionary<string, byte[]> _masters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string, string), byte[]> _derived = new();
    private volatile string? _currentId;

    /// <exception cref="KeyUnreadableException">A file in the directory is damaged, or may not be read.</exception>
    public FileKeyRing(string directory)
    {
        _directory = directory;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var id in Ids)
            _masters[id] = Load(PathOf(id));
        _currentId = Ids.LastOrDefault();
    }

    public string CurrentId => _currentId ??= First();

    public IReadOnlyList<string> Ids =>
    [
        .. Directory.GetFiles(_directory, $"{Prefix}????{Suffix}").Select(path => Path.GetFileNameWithoutExtension(path)[Prefix.Length..])
            .Where(id => id.Length == 4 && id.All(char.IsAsciiDigit)).Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether a directory holds any key, without making one.</summary>
    public static bool IsFilled(string directory) => Directory.Exists(directory) && Directory.EnumerateFiles(directory, $"{Prefix}????{Suffix}").Any();

    /// <summary>The file's name of a key.</summary>
    public static string FileName(string keyId) => Prefix + keyId + Suffix;

    public byte[] Derive(string keyId, string purpose) => _derived.GetOrAdd((keyId, purpose), Derive);

    public void Use(string keyId)
    {
        if (_currentId == keyId)
            return;
        _ = Master(keyId);
        _currentId = keyId;
    }

    public string Add(string newest)
    {
        var id = (int.Parse(newest, CultureInfo.InvariantCulture) + 1).ToString("D4", CultureInfo.InvariantCulture);
        Create(id);
        return id;
    }

    private string First()
    {
        Create("0001");
        return "0001";
    }

    private byte[] Derive((string KeyId, string Purpose) key) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Master(key.KeyId), KeyBytes, info: Encoding.UTF8.GetBytes("kenshin-otp/" + key.Purpose));

    // Looked up among the files that are there: an id comes from a row, and must not become a path.
    private byte[] Master(string keyId)
    {
        if (_masters.TryGetValue(keyId, out var known))
            return known;
        return Ids.Contains(keyId, StringComparer.Ordinal) ? _masters.GetOrAdd(keyId, id => Load(PathOf(id))) : throw new KeyMissingException(keyId, Path.GetFullPath(_directory));
    }

    private string PathOf(string keyId) => Path.Combine(_directory, FileName(keyId));

    private static byte[] Load(string path)
    {
        try
        {
            var key = Convert.FromBase64String(File.ReadAllText(path).Trim());
            return key.Length == KeyBytes ? key : throw new KeyUnreadableException(path, $"it does not hold {KeyBytes} bytes.", inner: null);
        }
        catch (FormatException e)
        {
            throw new KeyUnreadableException(path, "it is not base64.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyUnreadableException(path, e.Message, e);
        }
    }

    // Written under another name and put into place as a whole without overwriting: of two processes that make it at once, both use the first one's key.
    private void Create(string keyId)
    {
        var path = PathOf(keyId);
        var draft = path + "." + Path.GetRandomFileName(); // in containers that share a directory every process has the same id
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(draft, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes))));
            stream.Flush(flushToDisk: true);
        }

        if (Place(draft, path))
            DirectorySync.Keep(path); // before anything is sealed with it
        File.Delete(draft);
    }

    /// <returns>False if another key has the name.</returns>
    private static bool Place(string draft, string path)
    {
        if (!OperatingSystem.IsWindows() && Link(Native(draft), Native(path)) == 0)
            return true;
        try
        {
            // On Windows exclusive too. Elsewhere it looks for the name and then renames, over whatever has come in between: only for file systems without hard links.
            File.Move(draft, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path) && File.Exists(draft))
        {
            return false;
        }
    }

    private static byte[] Native(string path) => Encoding.UTF8.GetBytes(path + '\0');

    [DllImport("libc", EntryPoint = "link")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link(byte[] file, byte[] name);
}
