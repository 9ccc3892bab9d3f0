/** Folders that models lie in, as words of a shell script. */
export const modelFolders =
  '"$HOME/models" /data/models "$HOME/jetson-containers/data/models" /ssd/jetson-containers/data/models /mnt/nvme/jetson-containers/data/models "$HOME/.cache/huggingface/hub"';

/** The folder of the volume that holds the models of endpoints, into `v`; root alone may look there. */
export const volumeFolder =
  'v=$(docker volume inspect --format "{{.Mountpoint}}" jetfleet-models 2>/dev/null); v=${v:-/var/lib/docker/volumes/jetfleet-models/_data}';
