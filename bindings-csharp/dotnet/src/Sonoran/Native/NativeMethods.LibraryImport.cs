using System;
using System.Runtime.InteropServices;

namespace Sonoran.Native;

// .NET 8 and later: the marshalling code is written when compiling, so that it can be trimmed and compiled ahead.
/// <summary>The native library's functions, as UniFFI 0.32 exports them.</summary>
internal static partial class NativeMethods
{
    private const string Library = Platform.Library;

    /// <summary>The version of UniFFI's conventions that the library follows.</summary>
    [LibraryImport(Library, EntryPoint = "ffi_sonoran_net_uniffi_contract_version")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial uint ContractVersion();

    /// <summary>Changes when the constructor's signature does.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_constructor_client_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ushort ChecksumConstructor();

    /// <summary>Changes when the signature of <c>begin</c> does.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_method_client_begin")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ushort ChecksumBegin();

    /// <summary>Changes when the signature of <c>close</c> does.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_method_client_close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ushort ChecksumClose();

    /// <summary>Changes when the signature of <c>rate_limit</c> does.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_method_client_rate_limit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ushort ChecksumRateLimit();

    /// <summary>Changes when the signature of <c>foreign</c> does.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_method_client_foreign")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ushort ChecksumForeign();

    /// <summary>Changes when the signature of <c>next_wait</c> does.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_method_client_next_wait")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ushort ChecksumNextWait();

    /// <summary>Changes when the signature of <c>cancel</c> does.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_method_underway_cancel")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ushort ChecksumCancel();

    /// <summary>Changes when the signature of <c>read</c> does.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_method_unread_read")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ushort ChecksumReadUnread();

    /// <summary>Changes when the signature of <c>parse_event</c> does.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_func_parse_event")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ushort ChecksumParseEvent();

    /// <summary>Changes when the signature of <c>environment_names</c> does.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_func_environment_names")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ushort ChecksumEnvironmentNames();

    /// <summary>A buffer of so many zeros.</summary>
    [LibraryImport(Library, EntryPoint = "ffi_sonoran_net_rustbuffer_alloc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial RustBuffer BufferAllocate(ulong length, ref RustCallStatus status);

    /// <summary>Takes a buffer back.</summary>
    [LibraryImport(Library, EntryPoint = "ffi_sonoran_net_rustbuffer_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial void BufferFree(RustBuffer buffer, ref RustCallStatus status);

    /// <summary>A new client; consumes the options and the environment.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_constructor_client_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ulong ClientNew(RustBuffer options, RustBuffer environment, sbyte tellsWaits, ulong hearEnds, ulong hearAttempts, ulong hearWarnings, ulong warned, ref RustCallStatus status);

    /// <summary>One more handle to the same client.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_clone_client")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ulong ClientClone(ClientHandle client, ref RustCallStatus status);

    /// <summary>Gives one handle back.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_free_client")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial void ClientFree(ulong client, ref RustCallStatus status);

    /// <summary>Begins a call; consumes the handle alone. The end is told unless this fails.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_method_client_begin")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ulong ClientBegin(
        ulong client,
        ForeignBytes operation,
        ForeignBytes arguments,
        ForeignBytes payload,
        ForeignBytes options,
        ForeignBytes headers,
        ulong followed,
        ulong knownBy,
        ref RustCallStatus status);

    /// <summary>Ends the calls under way and refuses later ones; consumes the handle.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_method_client_close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial void ClientClose(ulong client, ref RustCallStatus status);

    /// <summary>The rate limit of an operation; consumes the handle and the name.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_method_client_rate_limit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial RustBuffer ClientRateLimit(ulong client, RustBuffer operation, ref RustCallStatus status);

    /// <summary>The address of the API, where it is of another machine; consumes the handle.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_method_client_foreign")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial RustBuffer ClientForeign(ulong client, ref RustCallStatus status);

    /// <summary>Begins to wait for the next call that waits; consumes the handle.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_method_client_next_wait")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ulong ClientNextWait(ulong client, ulong knownBy, ref RustCallStatus status);

    /// <summary>The response to a call, its answer read by the core, as JSON; consumes the handle.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_method_unread_read")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial RustBuffer UnreadRead(ulong unread, ref RustCallStatus status);

    /// <summary>Gives one handle back.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_free_unread")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial void UnreadFree(ulong unread, ref RustCallStatus status);

    /// <summary>The event in a body, or the refusal, as JSON; consumes the keys.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_func_parse_event")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial RustBuffer ParseEvent(ForeignBytes body, RustBuffer keys, ref RustCallStatus status);

    /// <summary>The names of the variables of the environment that count.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_func_environment_names")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial RustBuffer EnvironmentNames(ref RustCallStatus status);

    /// <summary>One more handle to the same thing under way.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_clone_underway")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial ulong UnderWayClone(UnderWayHandle underWay, ref RustCallStatus status);

    /// <summary>Gives one handle back.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_free_underway")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial void UnderWayFree(ulong underWay, ref RustCallStatus status);

    /// <summary>Ends what is under way; consumes the handle.</summary>
    [LibraryImport(Library, EntryPoint = "uniffi_sonoran_net_fn_method_underway_cancel")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static partial void UnderWayCancel(ulong underWay, ref RustCallStatus status);
}
