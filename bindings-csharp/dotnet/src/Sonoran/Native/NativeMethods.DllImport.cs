using System;
using System.Runtime.InteropServices;

namespace Sonoran.Native;

// .NET Framework, Mono and older .NET: the marshalling code is made when running.
/// <summary>The native library's functions, as UniFFI 0.32 exports them.</summary>
internal static class NativeMethods
{
    private const string Library = Platform.Library;

    /// <summary>The version of UniFFI's conventions that the library follows.</summary>
    [DllImport(Library, EntryPoint = "ffi_sonoran_net_uniffi_contract_version", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern uint ContractVersion();

    /// <summary>Changes when the constructor's signature does.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_constructor_client_new", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern ushort ChecksumConstructor();

    /// <summary>Changes when the signature of <c>begin</c> does.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_method_client_begin", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern ushort ChecksumBegin();

    /// <summary>Changes when the signature of <c>close</c> does.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_method_client_close", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern ushort ChecksumClose();

    /// <summary>Changes when the signature of <c>rate_limit</c> does.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_method_client_rate_limit", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern ushort ChecksumRateLimit();

    /// <summary>Changes when the signature of <c>foreign</c> does.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_method_client_foreign", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern ushort ChecksumForeign();

    /// <summary>Changes when the signature of <c>next_wait</c> does.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_method_client_next_wait", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern ushort ChecksumNextWait();

    /// <summary>Changes when the signature of <c>cancel</c> does.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_method_underway_cancel", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern ushort ChecksumCancel();

    /// <summary>Changes when the signature of <c>read</c> does.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_method_unread_read", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern ushort ChecksumReadUnread();

    /// <summary>Changes when the signature of <c>parse_event</c> does.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_func_parse_event", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern ushort ChecksumParseEvent();

    /// <summary>Changes when the signature of <c>environment_names</c> does.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_checksum_func_environment_names", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern ushort ChecksumEnvironmentNames();

    /// <summary>A buffer of so many zeros.</summary>
    [DllImport(Library, EntryPoint = "ffi_sonoran_net_rustbuffer_alloc", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern RustBuffer BufferAllocate(ulong length, ref RustCallStatus status);

    /// <summary>Takes a buffer back.</summary>
    [DllImport(Library, EntryPoint = "ffi_sonoran_net_rustbuffer_free", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern void BufferFree(RustBuffer buffer, ref RustCallStatus status);

    /// <summary>A new client; consumes the options and the environment.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_fn_constructor_client_new", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern ulong ClientNew(RustBuffer options, RustBuffer environment, sbyte tellsWaits, ulong hearEnds, ulong hearAttempts, ulong hearWarnings, ulong warned, ref RustCallStatus status);

    /// <summary>One more handle to the same client.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_fn_clone_client", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern ulong ClientClone(ClientHandle client, ref RustCallStatus status);

    /// <summary>Gives one handle back.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_fn_free_client", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern void ClientFree(ulong client, ref RustCallStatus status);

    /// <summary>Begins a call; consumes the handle alone. The end is told unless this fails.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_fn_method_client_begin", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern ulong ClientBegin(
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
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_fn_method_client_close", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern void ClientClose(ulong client, ref RustCallStatus status);

    /// <summary>The rate limit of an operation; consumes the handle and the name.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_fn_method_client_rate_limit", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern RustBuffer ClientRateLimit(ulong client, RustBuffer operation, ref RustCallStatus status);

    /// <summary>The address of the API, where it is of another machine; consumes the handle.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_fn_method_client_foreign", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern RustBuffer ClientForeign(ulong client, ref RustCallStatus status);

    /// <summary>Begins to wait for the next call that waits; consumes the handle.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_fn_method_client_next_wait", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern ulong ClientNextWait(ulong client, ulong knownBy, ref RustCallStatus status);

    /// <summary>The response to a call, its answer read by the core, as JSON; consumes the handle.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_fn_method_unread_read", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern RustBuffer UnreadRead(ulong unread, ref RustCallStatus status);

    /// <summary>Gives one handle back.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_fn_free_unread", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern void UnreadFree(ulong unread, ref RustCallStatus status);

    /// <summary>The event in a body, or the refusal, as JSON; consumes the keys.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_fn_func_parse_event", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern RustBuffer ParseEvent(ForeignBytes body, RustBuffer keys, ref RustCallStatus status);

    /// <summary>The names of the variables of the environment that count.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_fn_func_environment_names", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern RustBuffer EnvironmentNames(ref RustCallStatus status);

    /// <summary>One more handle to the same thing under way.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_fn_clone_underway", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern ulong UnderWayClone(UnderWayHandle underWay, ref RustCallStatus status);

    /// <summary>Gives one handle back.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_fn_free_underway", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern void UnderWayFree(ulong underWay, ref RustCallStatus status);

    /// <summary>Ends what is under way; consumes the handle.</summary>
    [DllImport(Library, EntryPoint = "uniffi_sonoran_net_fn_method_underway_cancel", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    internal static extern void UnderWayCancel(ulong underWay, ref RustCallStatus status);
}
